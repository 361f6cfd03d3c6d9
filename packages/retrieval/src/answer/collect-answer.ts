import { AppError } from '@winnow/core';
import type { AnswerEvent, AnswerResult, ContextSource } from './answer-event.ts';

/** A whole answer with the sources that its citations number. */
export type CollectedAnswer = AnswerResult & { readonly sources: readonly ContextSource[] };

/**
 * Runs an answer to its end, for callers that do not stream.
 *
 * @throws AppError what the answer throws; `internal` if it ends without a result.
 */
export async function collectAnswer(events: AsyncIterable<AnswerEvent>): Promise<CollectedAnswer> {
  let sources: readonly ContextSource[] = [];
  for await (const event of events) {
    if (event.type === 'sources-ready') sources = event.sources;
    if (event.type !== 'answer-end') continue;
    const { type: _type, ...result } = event;
    return { ...result, sources };
  }
  throw new AppError('internal', 'the answer ended without a result');
}
