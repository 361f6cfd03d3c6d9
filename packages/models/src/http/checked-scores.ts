import { AppError, type Reranker } from '@winnow/core';
import { brokenAnswer } from './connection-error.ts';

/** A score as it came, in whatever order. */
export interface IncomingScore {
  /** The passage it belongs to. */
  readonly index: number;
  readonly score: number;
}

/** What an answer must be. */
export interface ExpectedScores {
  /** For messages: `ranking by rerank-v3.5`. */
  readonly what: string;
  /** Passages that were sent. */
  readonly count: number;
  readonly scale: Reranker['scale'];
}

/** Beyond 0 and 1 by no more than this is rounding. */
const rounding = 1e-3;

/**
 * The scores in the order of the passages.
 * @throws AppError `unavailable` if a passage has no score or two, or one that is not a number;
 * `failed_precondition` if a score that should be a probability is none: the server gives raw ones.
 */
export function checkedScores(
  incoming: readonly IncomingScore[],
  { what, count, scale }: ExpectedScores,
): readonly number[] {
  if (incoming.length !== count) {
    throw brokenAnswer(what, `has ${incoming.length} scores for ${count} passages`);
  }
  const scores = new Map<number, number>();
  for (const { index, score } of incoming) {
    if (!(Number.isInteger(index) && index >= 0 && index < count) || scores.has(index)) {
      throw brokenAnswer(what, `repeats or exceeds index ${index}`);
    }
    if (!Number.isFinite(score)) throw brokenAnswer(what, 'holds a score that is not a number');
    scores.set(index, scale === 'probability' ? asProbability(score, what) : score);
  }
  return Array.from({ length: count }, (_, index) => scores.get(index) ?? 0);
}

function asProbability(score: number, what: string): number {
  if (score < -rounding || score > 1 + rounding) {
    throw new AppError(
      'failed_precondition',
      `${what}: the endpoint gives a score of ${score.toFixed(3)} where 0 to 1 is expected; let the server apply the sigmoid`,
      { part: 'model' },
    );
  }
  return Math.min(1, Math.max(0, score));
}
