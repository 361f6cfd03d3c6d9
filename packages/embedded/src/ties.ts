/** A chunk's row id and its score, higher is better. */
export interface RowHit {
  readonly chunk: number;
  readonly score: number;
}

/**
 * The first `k` of hits that are ordered by score, and all that tie with the last of them: which of those
 * come first is up to their chunk ids.
 */
export function withTies(hits: readonly RowHit[], k: number): readonly RowHit[] {
  const last = hits[k - 1]?.score;
  return last === undefined ? hits : hits.filter((hit, rank) => rank < k || hit.score === last);
}
