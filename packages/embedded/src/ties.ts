/** A chunk's row id and its score, higher is better. */
export interface RowHit {
  readonly chunk: number;
  readonly score: number;
}

/** The best `k` of scores, best first, and all that tie with the last of them. */
export function bestWithTies(scores: ReadonlyMap<number, number>, k: number): readonly RowHit[] {
  const floor = scoreAt(scores, k);
  return hitsFrom(scores, (score) => score >= floor).sort((left, right) => right.score - left.score);
}

/** The row ids of the best `k` of scores, in no order; of those that tie with the last, the first that came. */
export function bestChunks(scores: ReadonlyMap<number, number>, k: number): readonly number[] {
  const floor = scoreAt(scores, k);
  const above = hitsFrom(scores, (score) => score > floor);
  const tied = hitsFrom(scores, (score) => score === floor).slice(0, k - above.length);
  return [...above, ...tied].map(({ chunk }) => chunk);
}

/** The k-th best score, or the worst where there are fewer. */
function scoreAt(scores: ReadonlyMap<number, number>, k: number): number {
  const ascending = Float64Array.from(scores.values()).sort();
  return ascending[Math.max(0, ascending.length - k)] ?? 0;
}

function hitsFrom(scores: ReadonlyMap<number, number>, keep: (score: number) => boolean): RowHit[] {
  const hits: RowHit[] = [];
  for (const [chunk, score] of scores) if (keep(score)) hits.push({ chunk, score });
  return hits;
}
