import type { Candidate } from './candidate.ts';

/**
 * Keeps the candidates whose rerank score is at least the threshold. One that was not reranked has nothing
 * to show and is dropped.
 *
 * @param threshold 0–1, on scores of scale `probability` only; null keeps all.
 */
export function applyThreshold(
  candidates: readonly Candidate[],
  threshold: number | null,
): readonly Candidate[] {
  if (threshold === null) return candidates;
  return candidates.filter(({ stages }) => stages.rerank !== null && stages.rerank.score >= threshold);
}
