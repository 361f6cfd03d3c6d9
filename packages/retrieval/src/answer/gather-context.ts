import { liveRef } from '@winnow/core';
import type { AnswerPorts, QueryContext } from '../ports.ts';
import { neighboursOf } from '../search/neighbours.ts';
import type { SearchResponse } from '../search/search-response.ts';
import type { ContextSource } from './answer-event.ts';
import { type AnswerRequest, maxContextChunks } from './answer-request.ts';
import { arrangeContext } from './arrange-context.ts';

/** The numbered sources of an answer: the hits of a search and what stands around them. */
export async function gatherContext(
  { store }: AnswerPorts,
  { corpus, signal }: QueryContext,
  { neighbours: reach }: AnswerRequest,
  { hits }: SearchResponse,
): Promise<readonly ContextSource[]> {
  const ref = liveRef(corpus);
  const around = reach === 0 ? [] : await neighboursOf(store.chunks, ref, hits, { reach, signal });
  const groups = hits.map((hit, at) => ({ hit, neighbours: around[at] ?? [] }));
  return arrangeContext(groups, maxContextChunks);
}
