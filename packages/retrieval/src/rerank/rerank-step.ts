import { AppError, type Reranker, type Reranking, withDeadline } from '@winnow/core';
import { embeddingTextOf } from '@winnow/text';
import type { Candidate } from '../search/candidate.ts';
import { placeReranked } from './place-reranked.ts';

/** What one reranker made of candidates. */
export interface RerankStep {
  /** Those it scored, best first. */
  readonly placed: readonly Candidate[];
  /** Those it was given and left without a score, in the order they came. */
  readonly missed: readonly Candidate[];
  readonly notes: readonly string[];
}

/** A reranker that returns what it has when its deadline passes gets this long to do so. */
const graceMs = 100;

/**
 * Has candidates scored, all of them. Those that a judge gives no judgement are without a score.
 *
 * @param deadlineMs tells the reranker by its signal; it is given up a moment later.
 * @throws AppError what the reranker throws; `deadline_exceeded`; `canceled` where `signal` is aborted;
 * `internal` if it does not give one number a candidate.
 */
export async function rerankStep(
  reranker: Reranker,
  query: string,
  candidates: readonly Candidate[],
  { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<RerankStep> {
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
    return stepOf(reranker, candidates, reranking);
  } catch (thrown) {
    if (signal.aborted || !deadline.aborted) throw thrown;
    const message = `${reranker.modelId} took longer than ${deadlineMs} ms`;
    throw new AppError('deadline_exceeded', message, { cause: thrown });
  }
}

function stepOf({ scale }: Reranker, candidates: readonly Candidate[], reranking: Reranking): RerankStep {
  const { scores, judgements, notes } = reranking;
  const told = candidates.map((candidate, index) => ({
    candidate: { ...candidate, judgement: judgements?.[index] ?? candidate.judgement },
    score: scores[index] ?? 0,
    scored: judgements === null || judgements[index] !== null,
  }));
  const scored = told.filter((one) => one.scored);
  const placed = placeReranked(
    scored.map(({ candidate }) => candidate),
    scored.map(({ score }) => score),
    scale,
  );
  return { placed, missed: told.filter((one) => !one.scored).map(({ candidate }) => candidate), notes };
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
