import { standardise } from '../fusion/standardise.ts';
import type { Candidate } from '../search/candidate.ts';

/**
 * Orders the first candidates by what a reranker said of them; the rest keep their order below.
 *
 * - `probability` scores replace the order.
 * - `relative` scores are standardised over the reranked candidates and added, with equal weight, to the
 *   standardised scores that these candidates came with: late interaction alone ranks worse than fusion, the
 *   sum better than both.
 *
 * @param scores one per candidate from the first on, at most as many as there are candidates.
 * @returns the same candidates, best first, ties in the order they came.
 */
export function placeReranked(
  candidates: readonly Candidate[],
  scores: readonly number[],
  scale: 'probability' | 'relative',
): readonly Candidate[] {
  const head = candidates.slice(0, scores.length);
  const finals = scale === 'probability' ? scores : sumOfStandards(head, scores);
  const placed = head
    .map((candidate, index) => ({ candidate, score: finals[index] ?? 0, own: scores[index] ?? 0 }))
    .sort((left, right) => right.score - left.score)
    .map(({ candidate, score, own }, index) => ({
      ...candidate,
      score,
      stages: { ...candidate.stages, rerank: { rank: index + 1, score: own } },
    }));
  return [...placed, ...candidates.slice(scores.length)];
}

function sumOfStandards(head: readonly Candidate[], scores: readonly number[]): readonly number[] {
  const before = standardise(head.map(({ score }) => score));
  const now = standardise(scores);
  return head.map((_candidate, index) => (before[index] ?? 0) + (now[index] ?? 0));
}
