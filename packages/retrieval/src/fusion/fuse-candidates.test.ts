import type { ChunkId, RecallResult } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { searchRequestSchema } from '../search/search-request.ts';
import { storedChunk } from '../test-candidates.ts';
import { fusionNames } from './fuse.ts';
import { fuseCandidates } from './fuse-candidates.ts';

const hits = (scores: readonly (readonly [string, number])[]) =>
  scores.map(([chunkId, score]) => ({ chunkId: chunkId as ChunkId, score }));
const recalled = (
  bm25: readonly (readonly [string, number])[],
  dense: readonly (readonly [string, number])[],
): RecallResult => ({
  bm25: hits(bm25),
  dense: hits(dense),
  chunks: new Map([...bm25, ...dense].map(([chunkId]) => [chunkId as ChunkId, storedChunk(chunkId)])),
  termsLeftOut: 0,
});
const similar = Array.from({ length: 30 }, (_unused, index) => [`d${index}`, 0.9 - index / 100] as const);

describe('fuseCandidates', () => {
  it('knows that a BM25 leg which is not full holds all chunks with a word of the query', () => {
    const request = searchRequestSchema.parse({ query: 'PPR-9087', candidates: 30 });
    const [first] = fuseCandidates(recalled([['rare', 7]], similar), request);
    expect(first?.chunk.chunkId).toBe('rare');
  });

  it('does not take a full leg for all there is', () => {
    const request = searchRequestSchema.parse({ query: 'common', candidates: 1, k: 1 });
    const [first] = fuseCandidates(recalled([['common', 7]], similar), request);
    expect(first?.chunk.chunkId).toBe('d0');
  });

  it('gives each candidate its rank and score in every leg that found it', () => {
    const request = searchRequestSchema.parse({ query: 'a', fusion: 'rrf' });
    const [first, second] = fuseCandidates(
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
      chunk: { chunkId: 'b' },
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
        fuseCandidates(legs, searchRequestSchema.parse({ query: 'a', fusion, bm25Weight })).map(
          ({ chunk }) => chunk.chunkId,
        );
      expect(first(1).slice(0, 2)).toEqual(['a', 'b']);
      expect(first(0).slice(0, 2)).toEqual(['x', 'c']);
    },
  );

  it('fuses what feedback recalled as two more legs, and takes its chunks', () => {
    const request = searchRequestSchema.parse({ query: 'a' });
    const again = recalled([['new', 9]], [['new', 0.9]]);
    const found = fuseCandidates(recalled([['a', 7]], [['a', 0.5]]), request, again);
    expect(found.map(({ chunk }) => chunk.chunkId).sort()).toEqual(['a', 'new']);
    expect(found.find(({ chunk }) => chunk.chunkId === 'new')?.stages).toMatchObject({
      bm25: null,
      dense: null,
    });
  });

  it('leaves a leg that ran alone as it is', () => {
    const request = searchRequestSchema.parse({ query: 'a', mode: 'bm25' });
    const candidates = fuseCandidates(
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

  it('calls a hit without its chunk a bug', () => {
    const request = searchRequestSchema.parse({ query: 'a' });
    const broken = { ...recalled([['a', 7]], []), chunks: new Map() };
    expect(() => fuseCandidates(broken, request)).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});
