import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankBiasedOverlap } from './rank-biased-overlap.ts';

const ranking = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 15 });

describe('rankBiasedOverlap', () => {
  it('agrees with values worked out by hand', () => {
    // A1 = 0, A2 = 1 at p 0.5: 0.5 ÷ 0.5 × (0 + 1 × 0.25) + 1 × 0.25.
    expect(rankBiasedOverlap(['a', 'b'], ['b', 'a'], 0.5)).toBeCloseTo(0.5, 12);
    // Lengths 1 and 2, X1 = X2 = 1: (1 × 0.5 + 0.5 × 0.25) + 1 × 1 × 0.25 ÷ (1 × 2) + (0 + 1) × 0.25.
    expect(rankBiasedOverlap(['a'], ['a', 'b'], 0.5)).toBeCloseTo(0.5 + 0.125 + 0.125 + 0.25, 12);
  });

  it('is 1 for the same ranking, 0 for rankings with nothing in common, and within both for any', () => {
    fc.assert(
      fc.property(ranking, ranking, (one, other) => {
        const likeness = rankBiasedOverlap(one, other);
        expect(likeness).toBeGreaterThanOrEqual(0);
        expect(likeness).toBeLessThanOrEqual(1);
        expect(rankBiasedOverlap(one, one)).toBeCloseTo(1, 9);
        if (one.length > 0)
          expect(
            rankBiasedOverlap(
              one,
              other.map((item) => item + 100),
            ),
          ).toBe(0);
      }),
    );
  });

  it('does not depend on which ranking comes first', () => {
    fc.assert(
      fc.property(ranking, ranking, (one, other) => {
        expect(rankBiasedOverlap(one, other)).toBeCloseTo(rankBiasedOverlap(other, one), 12);
      }),
    );
  });

  it('minds a change at the top more than one further down', () => {
    const before = ['a', 'b', 'c', 'd', 'e'];
    const top = rankBiasedOverlap(before, ['b', 'a', 'c', 'd', 'e']);
    const bottom = rankBiasedOverlap(before, ['a', 'b', 'c', 'e', 'd']);
    expect(top).toBeLessThan(bottom);
  });
});
