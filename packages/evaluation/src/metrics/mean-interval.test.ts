import { describe, expect, it } from 'vitest';
import { meanInterval } from './mean-interval.ts';

describe('meanInterval', () => {
  it('comes close to mean ± 1.96 standard errors on many values', () => {
    const values = Array.from({ length: 400 }, (_unused, index) => (index % 2 === 0 ? 0 : 1));
    const { mean, low, high } = meanInterval(values);
    expect(mean).toBe(0.5);
    expect(low).toBeCloseTo(0.5 - 1.96 * 0.025, 1);
    expect(high).toBeCloseTo(0.5 + 1.96 * 0.025, 1);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
  });

  it('gives the same interval every time', () => {
    expect(meanInterval([0.1, 0.9, 0.4])).toEqual(meanInterval([0.1, 0.9, 0.4]));
  });

  it('has no width where the values do not differ, and is 0 of nothing', () => {
    expect(meanInterval([0.5, 0.5])).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
    expect(meanInterval([])).toEqual({ mean: 0, low: 0, high: 0 });
  });
});
