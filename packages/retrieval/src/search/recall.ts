import { liveRef, maxQueryTerms, type RecallQuery, type RecallResult } from '@winnow/core';
import { searchTerms } from '@winnow/text';
import type { QueryContext, SearchPorts } from '../ports.ts';
import { timed } from '../stopwatch.ts';
import { legSize, type SearchRequest } from './search-request.ts';

export interface Recalled {
  readonly result: RecallResult;
  readonly durationMs: number;
  readonly notes: readonly string[];
}

/**
 * The wide stage: both legs in one call, the filter inside each.
 *
 * @param look.vector of the query; null leaves the dense leg out.
 * @param look.wanted what is looked at of the hits.
 * @throws AppError what the store throws.
 */
export async function recall(
  { store, clock }: SearchPorts,
  { corpus, signal }: QueryContext,
  request: SearchRequest,
  look: Pick<RecallQuery, 'vector' | 'wanted'>,
): Promise<Recalled> {
  const terms = request.mode === 'dense' ? null : searchTerms(request.query);
  const ref = liveRef(corpus);
  const query = { ...look, terms, k: legSize(request), filter: request.filter, signal };
  const recalled = await timed(clock, () => store.chunks.recall(ref, query));
  return { ...recalled, notes: notesOnTerms(terms, recalled.result.termsLeftOut) };
}

function notesOnTerms(terms: readonly string[] | null, leftOut: number): readonly string[] {
  if (terms?.length === 0) return ['the query holds no words to search for, only stop words or signs'];
  if (leftOut === 0) return [];
  const distinct = new Set(terms).size;
  return [
    `${leftOut} of the query's ${distinct} different words were not searched for: a search takes ${maxQueryTerms}, ` +
      'and the commonest are left out where the index is large; ask with fewer',
  ];
}
