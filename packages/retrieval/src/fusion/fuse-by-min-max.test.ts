import type { ChunkId, ScoredChunk } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { fuseByMinMax } from './fuse-by-min-max.ts';

const hits = (scores: Record<string, number>): readonly ScoredChunk[] =>
  Object.entries(scores).map(([chunkId, score]) => ({ chunkId: chunkId as ChunkId, score }));

describe('fuseByMinMax', () => {
  it('stretches each leg to 0–1 and adds', () => {
    const fused = fuseByMinMax([
      { hits: hits({ a: 10, b: 5, c: 0 }), floor: null },
      { hits: hits({ b: 0.4, c: 0.3 }), floor: null },
    ]);
    expect(fused.map(({ chunkId, score }) => [chunkId, score])).toEqual([
      ['b', 1.5],
      ['a', 1],
      ['c', 0],
    ]);
  });

  it('starts from the floor where it is known, and gives equal scores 1', () => {
    expect(fuseByMinMax([{ hits: hits({ a: 8, b: 2 }), floor: 0 }]).map(({ score }) => score)).toEqual([
      1, 0.25,
    ]);
    expect(fuseByMinMax([{ hits: hits({ a: 8, b: 8 }), floor: null }]).map(({ score }) => score)).toEqual([
      1, 1,
    ]);
  });
});
