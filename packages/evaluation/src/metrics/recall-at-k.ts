import type { DocumentId } from '@winnow/core';
import type { Grades } from '../beir/beir-set.ts';

/**
 * Share of the relevant documents (grade above 0) that stand in the first `k` ranks.
 *
 * @param ranking distinct document ids, best first.
 * @param k ≥ 1.
 * @returns 0–1; 0 where nothing is relevant.
 */
export function recallAtK(ranking: readonly DocumentId[], grades: Grades, k: number): number {
  const relevant = [...grades.values()].filter((grade) => grade > 0).length;
  const found = ranking.slice(0, k).filter((id) => (grades.get(id) ?? 0) > 0).length;
  return relevant === 0 ? 0 : found / relevant;
}
