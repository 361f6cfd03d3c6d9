import type { ScoredChunk } from '@winnow/core';
import { addScores } from './add-scores.ts';
import type { Leg } from './fuse.ts';

/**
 * Min-max fusion: each leg's scores are stretched to 0–1, from its floor or else its lowest hit to its highest,
 * and added, each times its weight. A chunk absent from a leg gets 0 of it; where all scores of a leg are equal, each
 * of its chunks gets 1.
 *
 * @returns see `Fuse`; scores in [0, Σ of weights].
 */
export function fuseByMinMax(legs: readonly Leg[]): readonly ScoredChunk[] {
  return addScores(
    legs.map(({ hits, floor, weight = 1 }) => {
      const values = hits.map(({ score }) => score);
      const lowest = floor ?? Math.min(...values);
      const span = Math.max(...values) - lowest;
      const stretch = (score: number) => (span === 0 ? 1 : (score - lowest) / span);
      return {
        scores: new Map(hits.map(({ chunkId, score }) => [chunkId, stretch(score)] as const)),
        absent: 0,
        weight,
      };
    }),
  );
}
