import type { DocumentId, GoldenQuery } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { evaluateGolden } from './evaluate-golden.ts';

const signal = new AbortController().signal;
const golden: readonly GoldenQuery[] = [
  { queryId: '1', text: 'first', judgements: { ['a' as DocumentId]: 1 } },
  { queryId: '2', text: 'second', judgements: { ['b' as DocumentId]: 1 } },
];
const ranking = (...ids: readonly string[]) =>
  ids.map((id) => ({ documentId: id as DocumentId, title: '', text: '' }));

describe('evaluateGolden', () => {
  it('gives each mode and metric its mean with an interval, and counts queries over all modes', async () => {
    const steps: (readonly [number, number])[] = [];
    const figures = await evaluateGolden(
      {
        search: async (text, { mode }) =>
          mode === 'bm25' && text === 'second' ? ranking('x', 'b') : ranking('a', 'b'),
      },
      golden,
      { modes: ['bm25', 'hybrid'], signal, onQuery: (done, total) => steps.push([done, total]) },
    );
    expect(figures.map(({ mode, metric }) => `${mode} ${metric}`)).toEqual([
      'bm25 ndcg@10',
      'bm25 recall@100',
      'bm25 mrr@10',
      'hybrid ndcg@10',
      'hybrid recall@100',
      'hybrid mrr@10',
    ]);
    expect(figures[2]).toMatchObject({ mean: 0.75, low: 0.5, high: 1 });
    expect(figures[4]).toMatchObject({ mean: 1, low: 1, high: 1 });
    expect(steps).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
    ]);
  });

  it('fails with the search that fails', async () => {
    const search = async () => {
      throw new Error('the model is away');
    };
    await expect(evaluateGolden({ search }, golden, { modes: ['dense'], signal })).rejects.toThrow('away');
  });
});
