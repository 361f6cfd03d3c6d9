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
  { corpus }: QueryContext,
  { neighbours: reach }: AnswerRequest,
  { hits }: SearchResponse,
): Promise<readonly ContextSource[]> {
  const ref = liveRef(corpus);
  const groups = await Promise.all(
    hits.map(async (hit) => ({
      hit,
      neighbours: reach === 0 ? [] : await neighboursOf(store.chunks, ref, hit, reach),
    })),
  );
  return arrangeContext(groups, maxContextChunks);
}
