import { AppError } from '@winnow/core';
import type { AnswerEvent, AnswerResult, ContextSource } from './answer-event.ts';

/** A whole answer with its sources: those that are cited first, under the numbers of their citations. */
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
    return { ...result, sources: inOrderOfCitations(sources, result) };
  }
  throw new AppError('internal', 'the answer ended without a result');
}

function inOrderOfCitations(
  sources: readonly ContextSource[],
  { citations }: AnswerResult,
): readonly ContextSource[] {
  const cited = new Map(citations.map(({ chunkId, n }) => [chunkId, n]));
  const places = sources.map((source) => ({
    source,
    n: cited.get(source.chunkId) ?? Number.POSITIVE_INFINITY,
  }));
  return [...places]
    .sort((left, right) => (left.n === right.n ? 0 : left.n - right.n))
    .map(({ source }, index) => ({ ...source, n: index + 1 }));
}
