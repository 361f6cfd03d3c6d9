import { AppError, type Reranker, type Reranking, withDeadline } from '@winnow/core';
import { embeddingTextOf } from '@winnow/text';
import { standardise } from '../fusion/standardise.ts';
import type { Candidate } from '../search/candidate.ts';

/** What one reranker made of candidates. */
export interface ScoredCandidates {
  /** Those it scored, best first. */
  readonly placed: readonly Candidate[];
  /** Those it was given and left without a score, in the order they came. */
  readonly missed: readonly Candidate[];
  readonly notes: readonly string[];
}

/** A reranker that returns what it has when its deadline passes gets this long to do so. */
const graceMs = 100;

/**
 * Has candidates scored by one reranker, all of them, and orders them by it. Those that a judge gives no judgement are
 * without a score.
 *
 * @param deadlineMs tells the reranker by its signal; it is given up a moment later.
 * @throws AppError what the reranker throws; `deadline_exceeded`; `canceled` where `signal` is aborted;
 * `internal` if it does not give one number a candidate.
 */
export async function scoreCandidates(
  reranker: Reranker,
  query: string,
  candidates: readonly Candidate[],
  { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<ScoredCandidates> {
  const passages = candidates.map(({ chunk }) => ({
    chunkId: chunk.chunkId,
    text: embeddingTextOf(chunk.title, chunk),
  }));
  const deadline = AbortSignal.timeout(deadlineMs);
  const call = (givenUp: AbortSignal) =>
    reranker.rerank(query, passages, { signal: AbortSignal.any([deadline, givenUp]) });
  try {
    const reranking = await withDeadline(reranker.modelId, deadlineMs + graceMs, signal, call);
    requireOneScoreEach(reranker.modelId, passages.length, reranking);
    return scoredBy(reranker, candidates, reranking);
  } catch (thrown) {
    if (signal.aborted || !deadline.aborted) throw thrown;
    const message = `${reranker.modelId} took longer than ${deadlineMs} ms`;
    throw new AppError('deadline_exceeded', message, { cause: thrown });
  }
}

/** A reranker behind an API may answer anything: a wrong answer must not become an order. */
function requireOneScoreEach(modelId: string, expected: number, { scores, judgements }: Reranking): void {
  const complete = scores.length === expected && (judgements?.length ?? expected) === expected;
  if (complete && scores.every(Number.isFinite)) return;
  throw new AppError(
    'internal',
    `${modelId} gave ${scores.length} scores for ${expected} passages, or one that is no number`,
  );
}

function scoredBy(
  { scale }: Reranker,
  candidates: readonly Candidate[],
  { scores, judgements, notes }: Reranking,
): ScoredCandidates {
  const scored: ScoredCandidate[] = [];
  const missed: Candidate[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const judgement = judgements?.[index] ?? candidate.judgement;
    if (judgements !== null && judgements[index] === null) missed.push(candidate);
    else scored.push({ candidate: { ...candidate, judgement }, score: scores[index] ?? 0 });
  }
  return { placed: placedBy(scored, scale), missed, notes };
}

/** A candidate with what a reranker says of it. */
export interface ScoredCandidate {
  readonly candidate: Candidate;
  readonly score: number;
}

/**
 * Orders candidates by what a reranker said of them.
 *
 * - `probability` scores replace the order.
 * - `relative` scores are standardised and added, with equal weight, to the standardised scores that the candidates came
 *   with: late interaction alone ranks worse than fusion, the sum better than both.
 *
 * @returns the same candidates, best first, ties in the order they came.
 */
export function placedBy(scored: readonly ScoredCandidate[], scale: Reranker['scale']): readonly Candidate[] {
  const own = scored.map(({ score }) => score);
  const finals = scale === 'probability' ? own : sumOfStandards(scored, own);
  return scored
    .map((one, index) => ({ ...one, final: finals[index] ?? 0 }))
    .sort((left, right) => right.final - left.final)
    .map(({ candidate, score, final }, index) => ({
      ...candidate,
      score: final,
      stages: { ...candidate.stages, rerank: { rank: index + 1, score } },
    }));
}

function sumOfStandards(scored: readonly ScoredCandidate[], own: readonly number[]): readonly number[] {
  const before = standardise(scored.map(({ candidate }) => candidate.score));
  return standardise(own).map((now, index) => (before[index] ?? 0) + now);
}
