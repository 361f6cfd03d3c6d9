/** Values between two bounds. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/**
 * How many values lie in each of `bins` parts of 0–1, all of the same width; the last one holds 1 too, where most
 * values of a good index are.
 *
 * @param values what is outside of 0–1 counts as the nearer end.
 */
export function countByBin(values: readonly number[], bins: number): readonly Bin[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(value * bins + 1e-9)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count, at) => ({ from: at / bins, to: (at + 1) / bins, count }));
}
