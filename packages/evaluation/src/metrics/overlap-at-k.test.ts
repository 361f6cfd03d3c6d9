import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlapAtK } from './overlap-at-k.ts';

const ranking = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 15 });

describe('overlapAtK', () => {
  it('counts what the first k share, in any order', () => {
    expect(overlapAtK(['a', 'b', 'c'], ['c', 'a', 'x'], 3)).toBeCloseTo(2 / 3, 12);
    expect(overlapAtK(['a', 'b', 'c'], ['c', 'a', 'x'], 1)).toBe(0);
  });

  it('holds a ranking that ends early against one that does not', () => {
    expect(overlapAtK(['a'], ['a', 'b'], 10)).toBe(0.5);
    expect(overlapAtK([], ['a'], 10)).toBe(0);
    expect(overlapAtK([], [], 10)).toBe(1);
  });

  it('is the same from both sides, and 1 for the same things in any order', () => {
    fc.assert(
      fc.property(ranking, ranking, fc.integer({ min: 1, max: 12 }), (one, other, k) => {
        expect(overlapAtK(one, other, k)).toBe(overlapAtK(other, one, k));
        expect(overlapAtK(one, one.toReversed(), 15)).toBe(1);
      }),
    );
  });
});
