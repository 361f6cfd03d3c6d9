import type { TokenEmbeddings } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxSimInSlices } from './max-sim.ts';

const embeddingsOf = (...rows: number[][]): TokenEmbeddings => ({
  tokens: rows.map((_, index) => `t${index}`),
  vectors: Float32Array.from(rows.flat()),
});
const slicesOf = (...given: Parameters<typeof maxSimInSlices>) => {
  const slices = maxSimInSlices(...given);
  for (let pauses = 0; ; pauses += 1) {
    const { done, value } = slices.next();
    if (done === true) return { score: value, pauses };
  }
};
const maxSim = (...given: Parameters<typeof maxSimInSlices>) => slicesOf(...given).score;
const east = [1, 0];
const north = [0, 1];
const northEast = [Math.SQRT1_2, Math.SQRT1_2];

describe('maxSimInSlices', () => {
  it('takes for each query token its nearest passage token, weighted', () => {
    const score = maxSim(embeddingsOf(east, north), [3, 1], embeddingsOf(east, northEast));
    expect(score).toBeCloseTo((3 * 1 + 1 * Math.SQRT1_2) / 4, 6);
  });

  it('is negative for what points the other way', () => {
    expect(maxSim(embeddingsOf(east), [2], embeddingsOf([-1, 0]))).toBe(-1);
  });

  it('scores 0 without query tokens, passage tokens or weight', () => {
    expect(maxSim(embeddingsOf(), [], embeddingsOf(east))).toBe(0);
    expect(maxSim(embeddingsOf(east), [1], embeddingsOf())).toBe(0);
    expect(maxSim(embeddingsOf(east), [0], embeddingsOf(east))).toBe(0);
  });

  it('refuses weights and dimensions that do not fit', () => {
    expect(() => maxSim(embeddingsOf(east), [1, 2], embeddingsOf(east))).toThrowError(/2 weights for 1/);
    expect(() => maxSim(embeddingsOf(east), [1], embeddingsOf([1, 0, 0]))).toThrowError(/2 dimensions/);
  });

  it('pauses for others where texts are at the limit of a model, and not where they are short', () => {
    const long = embeddingsOf(...Array.from({ length: 512 }, () => Array.from({ length: 64 }, () => 0.125)));
    const { score, pauses } = slicesOf(
      long,
      Array.from({ length: 512 }, () => 1),
      long,
    );
    expect(score).toBeCloseTo(1, 5);
    expect(pauses).toBeGreaterThanOrEqual(Math.floor((512 * 512 * 64) / 4_100_000));
    expect(slicesOf(embeddingsOf(east), [1], embeddingsOf(east, north)).pauses).toBe(0);
  });

  it('equals the plain formula, does not mind the order of the passage, and stays between -1 and 1', () => {
    const row = fc
      .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 })
      .filter((values) => Math.hypot(...values) > 0.1)
      .map((values) => values.map((value) => value / Math.hypot(...values)));
    const rows = fc.array(row, { minLength: 1, maxLength: 8 });
    const weights = fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(rows, rows, weights, (query, passage, allWeights) => {
        const used = allWeights.slice(0, query.length);
        const score = maxSim(embeddingsOf(...query), used, embeddingsOf(...passage));
        const best = query.map((q) => Math.max(...passage.map((p) => dot(q, p))));
        const expected = sum(best.map((similarity, i) => similarity * (used[i] ?? 0))) / sum(used);
        expect(score).toBeCloseTo(expected, 5);
        expect(maxSim(embeddingsOf(...query), used, embeddingsOf(...passage.toReversed()))).toBe(score);
        expect(Math.abs(score)).toBeLessThanOrEqual(1 + 1e-6);
      }),
    );
  });
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const dot = (a: readonly number[], b: readonly number[]) => sum(a.map((value, i) => value * (b[i] ?? 0)));
