import type { DocumentId } from '@winnow/core';
import type { Grades } from '../beir/beir-set.ts';

/**
 * 1 ÷ rank of the first relevant document (grade above 0), if it is among the first `k`. The mean over queries
 * is MRR@k.
 *
 * @param ranking distinct document ids, best first.
 * @param k ≥ 1.
 * @returns 0–1; 0 where none is found.
 */
export function reciprocalRankAtK(ranking: readonly DocumentId[], grades: Grades, k: number): number {
  const index = ranking.slice(0, k).findIndex((id) => (grades.get(id) ?? 0) > 0);
  return index === -1 ? 0 : 1 / (index + 1);
}
