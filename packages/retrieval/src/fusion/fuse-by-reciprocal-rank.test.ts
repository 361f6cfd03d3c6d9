import type { ChunkId } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { fuseByReciprocalRank } from './fuse-by-reciprocal-rank.ts';

const leg = (ids: string) => ({
  hits: [...ids].map((id, index) => ({ chunkId: id as ChunkId, score: 1 / (index + 1) })),
  floor: null,
});

describe('fuseByReciprocalRank', () => {
  it('ranks a chunk second in both lists above one first in a single list', () => {
    const fused = fuseByReciprocalRank([leg('ab'), leg('cb')]);
    expect(fused.map(({ chunkId }) => chunkId)).toEqual(['b', 'a', 'c']);
    expect(fused.map(({ score }) => score)).toEqual([2 / 62, 1 / 61, 1 / 61]);
  });

  it('refuses a damping that is not above 0', () => {
    expect(() => fuseByReciprocalRank([leg('a')], 0)).toThrow(
      expect.objectContaining({ code: 'invalid_argument' }),
    );
  });
});
