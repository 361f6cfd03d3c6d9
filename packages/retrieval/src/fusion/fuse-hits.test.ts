import type { ChunkId, DocumentId, RecallLegs } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { searchRequestSchema } from '../search/search-request.ts';
import { fusionNames } from './fuse.ts';
import { fuseHits } from './fuse-hits.ts';

const hits = (scores: readonly (readonly [string, number])[]) =>
  scores.map(([chunkId, score]) => ({
    chunkId: chunkId as ChunkId,
    score,
    documentId: `document of ${chunkId}` as DocumentId,
    position: 0,
  }));
const recalled = (
  bm25: readonly (readonly [string, number])[],
  dense: readonly (readonly [string, number])[],
): RecallLegs => ({ bm25: hits(bm25), dense: hits(dense) });
const similar = Array.from({ length: 30 }, (_unused, index) => [`d${index}`, 0.9 - index / 100] as const);

describe('fuseHits', () => {
  it('knows that a BM25 leg which is not full holds all chunks with a word of the query', () => {
    const request = searchRequestSchema.parse({ query: 'PPR-9087', candidates: 30 });
    const [first] = fuseHits(recalled([['rare', 7]], similar), request);
    expect(first?.chunkId).toBe('rare');
  });

  it('does not take a full leg for all there is', () => {
    const request = searchRequestSchema.parse({ query: 'common', candidates: 1, k: 1 });
    const [first] = fuseHits(recalled([['common', 7]], similar), request);
    expect(first?.chunkId).toBe('d0');
  });

  it('gives each candidate its rank and score in every leg that found it', () => {
    const request = searchRequestSchema.parse({ query: 'a', fusion: 'rrf' });
    const [first, second] = fuseHits(
      recalled(
        [
          ['a', 7],
          ['b', 5],
        ],
        [['b', 0.5]],
      ),
      request,
    );
    expect(first).toMatchObject({
      chunkId: 'b',
      documentId: 'document of b',
      stages: {
        bm25: { rank: 2, score: 5 },
        dense: { rank: 1, score: 0.5 },
        fused: { rank: 1 },
        rerank: null,
      },
    });
    expect(second).toMatchObject({ stages: { dense: null, fused: { rank: 2 } } });
    expect(first?.score).toBe(first?.stages.fused?.score);
  });

  it.each(fusionNames)(
    'goes by the weight of a leg: all of it puts that leg first, in its order, by %s',
    (fusion) => {
      const legs = recalled(
        [
          ['a', 7],
          ['b', 5],
          ['c', 1],
        ],
        [
          ['x', 0.9],
          ['c', 0.5],
          ['a', 0.1],
        ],
      );
      const first = (bm25Weight: number) =>
        fuseHits(legs, searchRequestSchema.parse({ query: 'a', fusion, bm25Weight })).map(
          ({ chunkId }) => chunkId,
        );
      expect(first(1).slice(0, 2)).toEqual(['a', 'b']);
      expect(first(0).slice(0, 2)).toEqual(['x', 'c']);
    },
  );

  it('fuses what feedback recalled as two more legs, with its hits', () => {
    const request = searchRequestSchema.parse({ query: 'a' });
    const again = recalled([['new', 9]], [['new', 0.9]]);
    const found = fuseHits(recalled([['a', 7]], [['a', 0.5]]), request, again);
    expect(found.map(({ chunkId }) => chunkId).sort()).toEqual(['a', 'new']);
    expect(found.find(({ chunkId }) => chunkId === 'new')?.stages).toMatchObject({
      bm25: null,
      dense: null,
    });
  });

  it('leaves a leg that ran alone as it is', () => {
    const request = searchRequestSchema.parse({ query: 'a', mode: 'bm25' });
    const candidates = fuseHits(
      recalled(
        [
          ['a', 7],
          ['b', 5],
        ],
        [],
      ),
      request,
    );
    expect(candidates.map(({ score, stages }) => [score, stages.fused])).toEqual([
      [7, null],
      [5, null],
    ]);
  });
});
