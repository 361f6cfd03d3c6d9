/**
 * Distinct terms that one query is searched for. Pasted pages have more; each term costs the index, and what is
 * said least often says least. Elasticsearch takes 1,024 clauses at least, and filters need some of them.
 */
export const maxQueryTerms = 512;

/** A term and how often it stands in the query, at least once. */
export interface WeightedTerm {
  readonly term: string;
  readonly weight: number;
}

export interface QueryTerms {
  /** Distinct; at most {@link maxQueryTerms}, those that stand in the query most often, otherwise as they came. */
  readonly terms: readonly WeightedTerm[];
  readonly leftOut: number;
}

/** The terms that every index searches for: a repeated term becomes a weight, and their number is bounded. */
export function weighTerms(terms: readonly string[]): QueryTerms {
  const weights = new Map<string, number>();
  for (const term of terms) weights.set(term, (weights.get(term) ?? 0) + 1);
  const distinct = Array.from(weights, ([term, weight]) => ({ term, weight }));
  if (distinct.length <= maxQueryTerms) return { terms: distinct, leftOut: 0 };
  const heaviest = distinct.toSorted((left, right) => right.weight - left.weight).slice(0, maxQueryTerms);
  return { terms: heaviest, leftOut: distinct.length - maxQueryTerms };
}
