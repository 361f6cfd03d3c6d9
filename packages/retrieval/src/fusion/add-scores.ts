import type { ChunkId, ScoredChunk } from '@winnow/core';

/** What one leg gives each of its chunks, and what it gives a chunk that it does not hold. */
export interface Contribution {
  readonly scores: ReadonlyMap<ChunkId, number>;
  readonly absent: number;
  /** Of the leg; 1 where it is not given. */
  readonly weight?: number;
}

/** Sums what the legs give to each chunk; best first, ties in first-seen order. */
export function addScores(contributions: readonly Contribution[]): readonly ScoredChunk[] {
  const chunkIds = new Set(contributions.flatMap(({ scores }) => [...scores.keys()]));
  return [...chunkIds]
    .map((chunkId) => ({
      chunkId,
      score: contributions.reduce(
        (sum, { scores, absent, weight = 1 }) => sum + weight * (scores.get(chunkId) ?? absent),
        0,
      ),
    }))
    .sort((left, right) => right.score - left.score);
}
