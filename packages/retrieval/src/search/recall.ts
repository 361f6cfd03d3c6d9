import { liveRef, type RecallResult } from '@winnow/core';
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
 * @param vector of the query; null leaves the dense leg out.
 * @throws AppError what the store throws.
 */
export async function recall(
  { store, clock }: SearchPorts,
  { corpus, signal }: QueryContext,
  request: SearchRequest,
  vector: Float32Array | null,
): Promise<Recalled> {
  const terms = request.mode === 'dense' ? null : searchTerms(request.query);
  const ref = liveRef(corpus);
  const query = { terms, vector, k: legSize(request), filter: request.filter, signal };
  const recalled = await timed(clock, () => store.chunks.recall(ref, query));
  return { ...recalled, notes: noteOnTerms(terms) };
}

function noteOnTerms(terms: readonly string[] | null): readonly string[] {
  return terms?.length === 0 ? ['the query holds no words to search for, only stop words or signs'] : [];
}
