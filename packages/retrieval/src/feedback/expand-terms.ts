/** A passage that is taken for an answer. */
export interface FeedbackPassage {
  readonly terms: readonly string[];
  /** Of the fusion: what is ahead by 1 counts e times as much. */
  readonly score: number;
}

/** Terms that are taken from the passages. */
const expansionTerms = 20;
/** What the query's own terms weigh of all. */
const queryShare = 0.5;
/** The heaviest term stands so many times in the result: an index takes whole weights, and each further one costs a search. */
const heaviest = 16;

/**
 * The terms of a query together with those that its first passages are made of (RM3): half of the weight is the query's
 * own, half goes to the 20 terms with the highest Σ over passages of share × frequency ÷ length, where the shares follow
 * the passages' scores. Numbers of terms and passages are those of the usual setting.
 *
 * @param query search terms, in order, with repetition.
 * @param passages best first.
 * @returns terms repeated by weight, 1 to 16 times each; none of the query's is missing. The query itself where there is no
 * passage to learn from, or the query has no terms.
 * @see Lavrenko, Croft, SIGIR 2001; Abdul-Jaleel et al., TREC 2004: RM3.
 */
export function expandTerms(
  query: readonly string[],
  passages: readonly FeedbackPassage[],
): readonly string[] {
  const frequent = termsOf(passages);
  const total = frequent.reduce((sum, [, weight]) => sum + weight, 0);
  if (query.length === 0 || total === 0) return query;
  const weights = new Map<string, number>();
  const add = (term: string, weight: number) => weights.set(term, (weights.get(term) ?? 0) + weight);
  for (const term of query) add(term, queryShare / query.length);
  for (const [term, weight] of frequent) add(term, ((1 - queryShare) * weight) / total);
  const most = Math.max(...weights.values());
  const own = new Set(query);
  return [...weights].flatMap(([term, weight]) => {
    const times = Math.round((heaviest * weight) / most);
    return new Array<string>(own.has(term) ? Math.max(1, times) : times).fill(term);
  });
}

/** The most likely terms of the passages with their weights, heaviest first; ties as they came. */
function termsOf(passages: readonly FeedbackPassage[]): readonly (readonly [string, number])[] {
  const best = Math.max(...passages.map(({ score }) => score));
  const shares = passages.map(({ score }) => Math.exp(score - best));
  const weights = new Map<string, number>();
  for (const [at, { terms }] of passages.entries()) {
    for (const term of terms) {
      weights.set(term, (weights.get(term) ?? 0) + (shares[at] ?? 0) / terms.length);
    }
  }
  return [...weights].sort(([, left], [, right]) => right - left).slice(0, expansionTerms);
}
