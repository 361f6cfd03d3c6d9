import type { ChunkId, ScoredChunk } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { fuseByReciprocalRank } from './fuse-by-reciprocal-rank.ts';
import { fuseByZScore } from './fuse-by-z-score.ts';

const hits = (scores: Record<string, number>): readonly ScoredChunk[] =>
  Object.entries(scores).map(([chunkId, score]) => ({ chunkId: chunkId as ChunkId, score }));
const order = (fused: readonly { chunkId: ChunkId }[]) => fused.map(({ chunkId }) => chunkId).join('');

describe('fuseByZScore', () => {
  it('adds standard scores and gives an absent chunk the lowest of the leg', () => {
    const fused = fuseByZScore([
      { hits: hits({ a: 3, b: 2, c: 1 }), floor: null },
      { hits: hits({ b: 0.9, d: 0.5 }), floor: null },
    ]);
    const top = Math.sqrt(3 / 2);
    expect(order(fused)).toBe('bacd');
    expect(fused.map(({ score }) => score)).toEqual(
      [1, top - 1, -top - 1, -top - 1].map((score) => expect.closeTo(score, 12)),
    );
  });

  it('lets the only chunk that holds a rare word outrank what is merely similar', () => {
    const dense = Array.from({ length: 100 }, (_unused, index) => [`d${index}`, 0.8 - index / 200] as const);
    const [first] = fuseByZScore([
      { hits: hits({ rare: 9.2 }), floor: 0 },
      { hits: hits(Object.fromEntries(dense)), floor: null },
    ]);
    expect(first?.chunkId).toBe('rare');
  });

  it('looks at how far scores lie apart, which ranks cannot tell', () => {
    const bm25 = { hits: hits({ a: 20, b: 6, c: 5, d: 4 }), floor: null };
    const dense = { hits: hits({ b: 0.52, c: 0.51, a: 0.5, d: 0.2 }), floor: null };
    expect(order(fuseByZScore([bm25, dense]))[0]).toBe('a');
    expect(order(fuseByReciprocalRank([bm25, dense]))[0]).toBe('b');
  });
});
