import type { TokenEmbeddings } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noRows, signsOf } from './bit-rows.ts';
import { compressedMaxSim } from './compressed-max-sim.ts';

const embeddingsOf = (...rows: number[][]): TokenEmbeddings => ({
  tokens: rows.map((_, index) => `t${index}`),
  vectors: Float32Array.from(rows.flat()),
});
const rowsOf = (...rows: number[][]) => signsOf(Float32Array.from(rows.flat()), rows[0]?.length ?? 0);
const diagonal = [Math.SQRT1_2, Math.SQRT1_2];
const east = [1, 0];

describe('compressedMaxSim', () => {
  it('takes for each query token its nearest row, weighted', () => {
    const score = compressedMaxSim(embeddingsOf(diagonal, east), [3, 1])(rowsOf([1, 1], [-1, 1]));
    expect(score).toBeCloseTo((3 * 1 + 1 * Math.SQRT1_2) / 4, 6);
  });

  it('scores 0 without query tokens, rows or weight', () => {
    expect(compressedMaxSim(embeddingsOf(), [])(rowsOf(east))).toBe(0);
    expect(compressedMaxSim(embeddingsOf(east), [1])(noRows)).toBe(0);
    expect(compressedMaxSim(embeddingsOf(east), [0])(rowsOf(east))).toBe(0);
  });

  it('refuses weights and dimensions that do not fit', () => {
    expect(() => compressedMaxSim(embeddingsOf(east), [1, 2])).toThrowError(/2 weights for 1/);
    expect(() => compressedMaxSim(embeddingsOf(east), [1])(rowsOf([1, 0, 0]))).toThrowError(/2 dimensions/);
  });

  it('folds the query for rows that were folded, and scores rows of all dimensions beside them', () => {
    const east4 = [1, 0, 0, 0];
    const score = compressedMaxSim(embeddingsOf(east4), [1]);
    expect(score(rowsOf([1, -1, 1, 1]))).toBeCloseTo(1 / 2, 6);
    expect(score(rowsOf([1, -1]))).toBeCloseTo(Math.SQRT1_2 * Math.SQRT1_2, 6);
    expect(score(rowsOf([-1, -1]))).toBeCloseTo(-Math.SQRT1_2 * Math.SQRT1_2, 6);
  });

  it('equals the plain formula over rows of ±1/√dimensions, in any order, and stays between -1 and 1', () => {
    const dimensions = 13;
    const row = fc
      .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: dimensions, maxLength: dimensions })
      .filter((values) => Math.hypot(...values) > 0.1)
      .map((values) => values.map((value) => value / Math.hypot(...values)));
    const rows = fc.array(row, { minLength: 1, maxLength: 8 });
    const weights = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(rows, rows, weights, (query, passage, allWeights) => {
        const used = allWeights.slice(0, query.length);
        fc.pre(sum(used) > 0.01);
        const maxSim = compressedMaxSim(embeddingsOf(...query), used);
        const signs = passage.map((values) =>
          values.map((value) => (Math.fround(value) >= 0 ? 1 : -1) / Math.sqrt(dimensions)),
        );
        const best = query.map((q) => Math.max(...signs.map((p) => dot(q, p))));
        const expected = sum(best.map((similarity, i) => similarity * (used[i] ?? 0))) / sum(used);
        const score = maxSim(rowsOf(...passage));
        expect(score).toBeCloseTo(expected, 5);
        expect(maxSim(rowsOf(...passage.toReversed()))).toBe(score);
        expect(Math.abs(score)).toBeLessThanOrEqual(1 + 1e-6);
      }),
    );
  });
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const dot = (a: readonly number[], b: readonly number[]) => sum(a.map((value, i) => value * (b[i] ?? 0)));
