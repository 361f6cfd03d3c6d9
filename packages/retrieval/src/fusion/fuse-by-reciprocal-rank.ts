import { AppError, type ScoredChunk } from '@winnow/core';
import { addScores } from './add-scores.ts';
import type { Leg } from './fuse.ts';

/** The damping of the paper. */
const defaultDamping = 60;

/**
 * Reciprocal rank fusion: score(chunk) = Σ over legs of weight ÷ (damping + rank), rank counted from 1.
 * A chunk absent from a leg gets nothing of it.
 *
 * @param damping > 0; the larger, the less the first ranks stand out.
 * @returns see `Fuse`; scores in (0, Σ of weights ÷ (damping + 1)].
 * @throws AppError `invalid_argument` if damping ≤ 0.
 * @see Cormack, Clarke, Büttcher, SIGIR 2009.
 */
export function fuseByReciprocalRank(legs: readonly Leg[], damping = defaultDamping): readonly ScoredChunk[] {
  if (!(damping > 0)) throw new AppError('invalid_argument', `damping must be above 0, not ${damping}`);
  return addScores(
    legs.map(({ hits, weight = 1 }) => ({
      scores: new Map(hits.map(({ chunkId }, index) => [chunkId, 1 / (damping + index + 1)])),
      absent: 0,
      weight,
    })),
  );
}
