import type { Likeness } from '../gates/agreement.ts';
import { overlapAtK } from '../metrics/overlap-at-k.ts';
import { rankBiasedOverlap } from '../metrics/rank-biased-overlap.ts';
import type { Contestant, FoundDocument } from './contestant.ts';

/** What two generations find for one query. */
export interface QueryComparison extends Likeness {
  readonly query: string;
  /** The first {@link comparedDepth} documents, best first. */
  readonly live: readonly FoundDocument[];
  readonly next: readonly FoundDocument[];
}

/** Ranks that are compared: about what people look at. */
const comparedDepth = 10;
/** Passages to rank documents by, as many as a search recalls by default. */
const chunksPerQuery = 100;

/** Searches both for each query, as users do. */
export async function compareQueries(
  { live, next }: { readonly live: Contestant; readonly next: Contestant },
  queries: readonly string[],
  { signal, onQuery }: { readonly signal: AbortSignal; readonly onQuery: (done: number) => void },
): Promise<readonly QueryComparison[]> {
  const compared: QueryComparison[] = [];
  const options = { mode: 'hybrid', chunks: chunksPerQuery } as const;
  for (const query of queries) {
    signal.throwIfAborted();
    const [before, after] = await Promise.all([
      live.search(query, options, signal),
      next.search(query, options, signal),
    ]);
    compared.push(comparisonOf(query, before, after));
    onQuery(compared.length);
  }
  return compared;
}

/** How alike two rankings of documents are, down to {@link comparedDepth}. */
export function comparisonOf(
  query: string,
  before: readonly FoundDocument[],
  after: readonly FoundDocument[],
): QueryComparison {
  const live = before.slice(0, comparedDepth);
  const next = after.slice(0, comparedDepth);
  const [one, other] = [live.map(({ documentId }) => documentId), next.map(({ documentId }) => documentId)];
  return {
    query,
    live,
    next,
    overlap: overlapAtK(one, other, comparedDepth),
    rankCorrelation: rankBiasedOverlap(one, other),
  };
}
