import type { DocumentId } from '@winnow/core';
import type { Grades } from '../beir/beir-set.ts';

/**
 * Normalised discounted cumulative gain over the first `k` ranks: Σ grade ÷ log2(rank + 1), divided by the
 * same sum for the best possible order. Gains are the grades themselves (linear), as in trec_eval's `ndcg_cut`,
 * which the published BEIR figures use. Documents without a judgment count as irrelevant.
 *
 * @param ranking distinct document ids, best first.
 * @param k ≥ 1.
 * @returns 0–1; 0 where nothing is relevant.
 * @see Järvelin, Kekäläinen, TOIS 2002; https://github.com/usnistgov/trec_eval
 */
export function ndcgAtK(ranking: readonly DocumentId[], grades: Grades, k: number): number {
  const ideal = [...grades.values()].sort((left, right) => right - left);
  const best = discountedGain(ideal.slice(0, k));
  return best === 0 ? 0 : discountedGain(ranking.slice(0, k).map((id) => grades.get(id) ?? 0)) / best;
}

function discountedGain(gains: readonly number[]): number {
  return gains.reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0);
}
