import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countByBin } from './count-by-bin.ts';

describe('countByBin', () => {
  it('counts every value once, in the part that it lies in', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 30 }), (list, bins) => {
        const counted = countByBin(list, bins);
        expect(counted).toHaveLength(bins);
        expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(list.length);
        for (const { from, to, count } of counted) {
          const within = list.filter((value) => value > from + 1e-6 && value < to - 1e-6).length;
          expect(count).toBeGreaterThanOrEqual(within);
        }
      }),
    );
  });

  it('puts 1 into the last part, and what rounding has made of a bound into the part above it', () => {
    expect(countByBin([1, 1], 10).at(-1)).toEqual({ from: 0.9, to: 1, count: 2 });
    expect(countByBin([0.1 + 0.2], 10)[3]?.count).toBe(1);
    expect(countByBin([0.7 - 1e-12], 10)[7]?.count).toBe(1);
  });
});
