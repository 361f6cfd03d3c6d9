import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dot } from './dot.ts';

const vectors = fc
  .array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })), { maxLength: 20 })
  .map((pairs) => [pairs.map(([left]) => left), pairs.map(([, right]) => right)] as const);

describe('dot', () => {
  test('is the sum of the products, whatever the length', () => {
    fc.assert(
      fc.property(vectors, ([left, right]) => {
        const sum = left.reduce((total, value, at) => total + value * (right[at] ?? 0), 0);
        expect(dot(Float32Array.from(left), Float32Array.from(right))).toBe(sum);
      }),
    );
  });

  test('of vectors of different lengths is 0', () => {
    expect(dot(Float32Array.of(1, 1), Float32Array.of(1))).toBe(0);
  });
});
