/**
 * The part of the first `k` that two rankings share, whatever the order.
 *
 * @param one distinct, best first; as `other`.
 * @param k ≥ 1.
 * @returns 0–1: shared ones ÷ the longer of both; 1 where both are empty.
 */
export function overlapAtK<Item>(one: readonly Item[], other: readonly Item[], k: number): number {
  const left = new Set(one.slice(0, k));
  const right = new Set(other.slice(0, k));
  const longest = Math.max(left.size, right.size);
  return longest === 0 ? 1 : left.intersection(right).size / longest;
}
