import type { CorpusId, QualityFigure, QualityResult } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { qualityDrops } from './quality-drops.ts';

const figureOf = (mean: number, mode = 'hybrid'): QualityFigure => ({
  metric: 'ndcg@10',
  mode,
  mean,
  low: mean - 0.05,
  high: mean + 0.05,
});
const resultOf = (figures: readonly QualityFigure[], goldenDigest = 'golden'): QualityResult => ({
  corpusId: 'corpus' as CorpusId,
  generation: 1,
  goldenDigest,
  queries: 10,
  figures,
  runId: null,
  at: '2026-01-02T03:04:05.000Z',
});

describe('qualityDrops', () => {
  it('names a figure below the interval of the time before, in its own mode', () => {
    const results = [
      resultOf([figureOf(0.44), figureOf(0.7, 'dense')]),
      resultOf([figureOf(0.5), figureOf(0.7, 'dense')]),
    ];
    expect(qualityDrops(results)).toMatchObject([
      { metric: 'ndcg@10', mode: 'hybrid', now: { mean: 0.44 }, before: { mean: 0.5 } },
    ]);
  });

  it('does not mind what the interval before leaves room for', () => {
    expect(qualityDrops([resultOf([figureOf(0.46)]), resultOf([figureOf(0.5)])])).toEqual([]);
  });

  it('compares with the last time of the same golden queries, and with no other', () => {
    const fallen = resultOf([figureOf(0.1)]);
    const other = resultOf([figureOf(0.9)], 'other');
    expect(qualityDrops([fallen, other])).toEqual([]);
    expect(qualityDrops([fallen, other, resultOf([figureOf(0.5)])])).toHaveLength(1);
    expect(qualityDrops([fallen, fallen, resultOf([figureOf(0.5)])])).toEqual([]);
    expect(qualityDrops([fallen])).toEqual([]);
    expect(qualityDrops([])).toEqual([]);
  });

  it('names none where nothing fell', () => {
    const mean = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(mean, mean, (one, other) => {
        const [lower, higher] = one < other ? [one, other] : [other, one];
        expect(qualityDrops([resultOf([figureOf(higher)]), resultOf([figureOf(lower)])])).toEqual([]);
      }),
    );
  });
});
