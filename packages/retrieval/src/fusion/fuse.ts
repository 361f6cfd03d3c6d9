import type { ScoredChunk } from '@winnow/core';
import { fuseByMinMax } from './fuse-by-min-max.ts';
import { fuseByReciprocalRank } from './fuse-by-reciprocal-rank.ts';
import { fuseByZScore } from './fuse-by-z-score.ts';

/** What one retriever found. */
export interface Leg {
  /** Best first, chunk ids distinct. */
  readonly hits: readonly ScoredChunk[];
  /**
   * What every chunk that is not among the hits would score, where that is known: 0 for BM25 that returned
   * fewer hits than it might. Null where the list was cut off.
   */
  readonly floor: number | null;
  /** What its scores are multiplied with; 1 where it is not given. */
  readonly weight?: number;
}

/**
 * Makes one ranking of several.
 *
 * @param legs one per retriever; a leg may be empty.
 * @returns every chunk of any leg once, best first. Ties keep first-seen order, so equal legs give equal output.
 * Scores compare within one result only.
 */
export type Fuse = (legs: readonly Leg[]) => readonly ScoredChunk[];

export const fusionNames = ['z-score', 'rrf', 'min-max'] as const;
export type FusionName = (typeof fusionNames)[number];

/** Every way of fusing by its name in a request. */
export const fusions: Readonly<Record<FusionName, Fuse>> = {
  'z-score': fuseByZScore,
  rrf: fuseByReciprocalRank,
  'min-max': fuseByMinMax,
};
