/**
 * The smallest value that at least `share` of the values do not exceed (nearest rank).
 *
 * @param share above 0, at most 1: 0.95 for p95.
 * @returns 0 of nothing.
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
