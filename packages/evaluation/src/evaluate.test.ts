import { AppError, type DocumentId, noCost } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import type { BeirSet } from './beir/beir-set.ts';
import { evaluate } from './evaluate.ts';

const id = (name: string) => name as DocumentId;
const signal = new AbortController().signal;
const productFilter = { op: 'eq', field: 'product', value: 'P1' } as const;
const set: BeirSet = {
  name: 'tiny',
  documents: ['a', 'b', 'c'].map((name) => ({ documentId: id(name), title: '', text: name, metadata: {} })),
  queries: [
    { queryId: '1', text: 'first', filter: productFilter },
    { queryId: '2', text: 'second', filter: null },
  ],
  judgments: new Map([
    [
      '1',
      new Map([
        [id('a'), 2],
        [id('b'), 1],
      ]),
    ],
    ['2', new Map([[id('c'), 1]])],
  ]),
};

describe('evaluate', () => {
  it('reports the means of each mode over all queries', async () => {
    const report = await evaluate(
      set,
      async ({ text }, mode) => ({
        documentIds: mode === 'bm25' && text === 'second' ? [id('a'), id('c')] : [id('a'), id('b'), id('c')],
        durationMs: text === 'first' ? 10 : 30,
        cost: { ...noCost, calls: 1, usd: mode === 'dense' ? 0.5 : 0 },
      }),
      { modes: ['bm25', 'dense'], signal },
    );
    expect(report).toMatchObject({ dataset: 'tiny', documents: 3, queries: 2 });
    // Query 1 is perfect; query 2 finds its document at rank 2 (1 ÷ log2 3) or at rank 3 (1 ÷ log2 4).
    expect(report.modes.bm25?.['ndcg@10']).toBeCloseTo((1 + 1 / Math.log2(3)) / 2, 12);
    expect(report.modes.dense?.['ndcg@10']).toBeCloseTo((1 + 1 / 2) / 2, 12);
    expect(report.modes.bm25).toMatchObject({ 'recall@100': 1, 'mrr@10': 0.75, p50Ms: 10, p95Ms: 30 });
    expect(report.modes.bm25?.cost).toMatchObject({ calls: 2, usd: 0 });
    expect(report.modes.dense?.cost).toMatchObject({ calls: 2, usd: 1 });
    expect(report.modes.hybrid).toBeUndefined();
  });

  it('puts each query with its own filter and counts queries over all modes', async () => {
    const filters: unknown[] = [];
    const progress: unknown[] = [];
    await evaluate(
      set,
      async ({ filter }) => {
        filters.push(filter);
        return { documentIds: [], durationMs: 1, cost: noCost };
      },
      { modes: ['bm25', 'dense'], signal, onProgress: (...step) => progress.push(step) },
    );
    expect(filters).toEqual([productFilter, null, productFilter, null]);
    expect(progress).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
    ]);
  });

  it('leaves documents without a judgment out of account where only a pool was judged', async () => {
    const rank = async () => ({
      documentIds: [id('unjudged'), id('a'), id('b'), id('c')],
      durationMs: 1,
      cost: noCost,
    });
    const open = await evaluate(set, rank, { modes: ['bm25'], signal });
    const pool = await evaluate(set, rank, { modes: ['bm25'], judgedOnly: true, signal });
    expect(open.modes.bm25?.['mrr@10']).toBeCloseTo((1 / 2 + 1 / 4) / 2, 12);
    expect(pool.modes.bm25?.['mrr@10']).toBe(1);
  });

  it('fails with the query that fails instead of reporting a mean over the others', async () => {
    const failing = async () => {
      throw new AppError('unavailable', 'gone');
    };
    await expect(evaluate(set, failing, { modes: ['bm25'], signal })).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});
