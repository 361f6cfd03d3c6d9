import type { ChatMessage, ChunkId, RerankPassage } from '@winnow/core';
import type { Grade } from './parse-grade.ts';

/** What the messages to a judge show, as the fences have it. */
export interface ShownToJudge {
  readonly query: string;
  readonly passages: readonly string[];
  /** Whether the passages are numbered, to be named in the answer. */
  readonly isList: boolean;
}

export function shownToJudge(messages: readonly ChatMessage[]): ShownToJudge {
  const content = messages.at(-1)?.content ?? '';
  const fence = /`{3,}/.exec(content)?.[0] ?? '```';
  const [query = '', ...passages] = content
    .split(new RegExp(`^${fence}$`, 'm'))
    .filter((_part, index) => index % 2 === 1)
    .map((part) => part.slice(1, -1));
  return { query, passages, isList: content.includes('\n\n[1]\n') };
}

export interface Opinion {
  readonly grade: Grade;
  readonly reason?: string;
  readonly quote?: string | null;
}

/** The answer of a judge that knows its trade: each passage graded, lists ordered by grade. */
export function judgeAnswer(
  messages: readonly ChatMessage[],
  opinion: (passage: string, query: string) => Opinion,
): string {
  const { query, passages, isList } = shownToJudge(messages);
  const judged = passages.map((passage, index) => ({
    passage: index + 1,
    quote: null,
    reason: 'So it seems.',
    ...opinion(passage, query),
  }));
  if (isList) return JSON.stringify({ passages: judged.toSorted((left, right) => right.grade - left.grade) });
  return JSON.stringify({ ...judged[0], passage: undefined });
}

export function passagesOf(texts: readonly string[]): readonly RerankPassage[] {
  return texts.map((text, index) => ({ chunkId: `chunk-${index}` as ChunkId, text }));
}
