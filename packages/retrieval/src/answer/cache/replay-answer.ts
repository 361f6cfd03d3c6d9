import { noModelUsage } from '@winnow/core';
import type { AnswerPorts, QueryContext } from '../../ports.ts';
import type { EmbeddedQuery } from '../../search/embed-query.ts';
import { elapsed } from '../../stopwatch.ts';
import type { AnswerEvent, AnswerResult } from '../answer-event.ts';
import { logAnswer } from '../log-answer.ts';
import type { CachedAnswer } from './cached-answer.ts';

/** What the bill has as the provider of an answer that nobody was called for. */
const provider = 'answer-cache';

/**
 * Gives an earlier answer again, as the events of a new one: sources, text, result. It has a query id, cost and
 * times of its own, and says what it is.
 *
 * @param start of the question, by the ports' clock.
 */
export async function* replayAnswer(
  ports: AnswerPorts,
  context: QueryContext,
  { sources, search, result: earlier, at }: CachedAnswer,
  embedded: EmbeddedQuery,
  start: number,
): AsyncGenerator<AnswerEvent, void> {
  const { bill } = context;
  bill.add({ ...noModelUsage, purpose: 'answer', provider, model: earlier.generator, cached: 1, usd: 0 });
  const own = { queryId: bill.to.queryId ?? '', cost: bill.total() };
  const embed = embedded.durationMs;
  const timingsMs = {
    embed,
    recall: 0,
    fuse: 0,
    feedback: 0,
    collapse: 0,
    rerank: 0,
    neighbours: 0,
    total: embed,
  };
  yield {
    type: 'sources-ready',
    sources,
    search: { ...search, ...own, timingsMs },
    standaloneQuestion: null,
  };
  const firstToken = elapsed(ports.clock, start);
  yield { type: 'answer-delta', text: earlier.answer };
  const age = Math.max(0, Math.round((Date.now() - at) / 1_000));
  const result: AnswerResult = {
    ...earlier,
    ...own,
    cached: true,
    timingsMs: { condense: 0, search: embed, generate: 0, firstToken, total: elapsed(ports.clock, start) },
    notes: [...earlier.notes, `answered from the cache: the same question was answered ${age} s ago`],
  };
  logAnswer(ports, context, sources, result);
  yield { type: 'answer-end', ...result };
}
