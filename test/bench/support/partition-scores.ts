/**
 * How well a partition agrees with labels.
 *
 * - `nmi`: mutual information ÷ the mean of both entropies, 0–1
 * - `ari`: pairs on which both agree, adjusted for chance: 0 by chance, 1 for the same partition (Hubert and Arabie, 1985)
 */
export function partitionScores(
  found: readonly (string | number)[],
  labels: readonly (string | number)[],
): { readonly nmi: number; readonly ari: number } {
  const total = labels.length;
  const cells = [...countsOf(labels.map((label, at) => `${found[at]}\0${label}`)).values()];
  const rows = [...countsOf(found).values()];
  const columns = [...countsOf(labels).values()];
  const entropy = (counts: readonly number[]) =>
    counts.reduce((sum, count) => sum - (count / total) * Math.log(count / total), 0);
  const shared = entropy(rows) + entropy(columns) - entropy(cells);
  const pairs = (counts: readonly number[]) =>
    counts.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  const expected = (pairs(rows) * pairs(columns)) / ((total * (total - 1)) / 2);
  const highest = (pairs(rows) + pairs(columns)) / 2;
  return {
    nmi: (2 * shared) / (entropy(rows) + entropy(columns)),
    ari: (pairs(cells) - expected) / (highest - expected),
  };
}

function countsOf<Value>(values: readonly Value[]): ReadonlyMap<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
