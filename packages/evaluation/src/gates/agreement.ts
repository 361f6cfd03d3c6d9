import type { Gate } from '@winnow/core';
import { meanOf } from '../metrics/mean-interval.ts';

/** How alike the first ten documents of two generations are for one query. */
export interface Likeness {
  /** Shared ones, 0–1. */
  readonly overlap: number;
  /** Rank-biased overlap, 0–1. */
  readonly rankCorrelation: number;
}

/**
 * How much of what users see stays. Shown, and asked for only where the corpus has a floor: another model is meant to
 * find other things.
 *
 * @param likenesses one per query; none: not measured.
 * @param floor 0–1; null: nothing is asked.
 * @param origin where the queries come from, in words.
 */
export function agreementGate(likenesses: readonly Likeness[], floor: number | null, origin: string): Gate {
  if (likenesses.length === 0) {
    return {
      name: 'agreement',
      passed: floor === null,
      value: null,
      floor,
      detail: `not measured: ${origin}`,
    };
  }
  const value = meanOf(likenesses.map(({ overlap }) => overlap));
  const correlation = meanOf(likenesses.map(({ rankCorrelation }) => rankCorrelation));
  const same = likenesses.filter(({ overlap }) => overlap === 1).length;
  return {
    name: 'agreement',
    passed: floor === null || value >= floor,
    value,
    floor,
    detail: `overlap@10 ${value.toFixed(3)}, rank-biased overlap ${correlation.toFixed(3)} on ${likenesses.length} queries (${origin}); ${same} find the same ten`,
  };
}
