import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standardise } from './standardise.ts';

const scores = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { maxLength: 50 });

describe('standardise', () => {
  it('divides the distance from the mean by the deviation', () => {
    expect(standardise([2, 4, 4, 4, 5, 5, 7, 9])).toEqual([-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2]);
  });

  it('gives finite numbers with mean 0 in the order of the values', () => {
    fc.assert(
      fc.property(scores, (values) => {
        const standards = standardise(values);
        expect(standards.every(Number.isFinite)).toBe(true);
        expect(standards.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 6);
        for (const [index, value] of values.entries()) {
          for (const [other, otherValue] of values.entries()) {
            if (value > otherValue) expect(standards[index]).toBeGreaterThanOrEqual(standards[other] ?? 0);
          }
        }
      }),
    );
  });

  it('makes no scores out of rounding where the values do not differ', () => {
    expect(standardise([0.1, 0.1, 0.1])).toEqual([0, 0, 0]);
    expect(standardise([7])).toEqual([0]);
    expect(standardise([])).toEqual([]);
  });
});
