import {
  type ChatMessage,
  type ChatModel,
  type ChatRequest,
  type ChunkId,
  noModelUsage,
  type RerankPassage,
} from '@winnow/core';
import { type ChatStep, scriptedChatModel } from '../test-chat-model.ts';
import { createJudgeReranker, type JudgeRerankerOptions } from './judge-reranker.ts';
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

/** Passages on invoices and on something else. */
export const texts = [
  'Invoices are paid within thirty days.',
  'The garden needs water.',
  'Late payment of invoices costs 2 % interest.',
];
const opinions: Readonly<Record<string, Opinion>> = {
  'Invoices are paid within thirty days.': { grade: 3, quote: 'within thirty days', reason: 'It says when.' },
  'The garden needs water.': { grade: 0, reason: 'It is about gardens.' },
  'Late payment of invoices costs 2 % interest.': {
    grade: 1,
    quote: 'late fees apply',
    reason: 'It is near.',
  },
};
/** Knows what is worth saying of {@link texts}. */
export const expert = (passage: string): Opinion => opinions[passage] ?? { grade: 2 };

/** A judge over a scripted model, and what that is asked. */
export function judgeOf(
  script: (request: ChatRequest) => readonly ChatStep[],
  options: Partial<JudgeRerankerOptions> & { readonly contextTokens?: number } = {},
) {
  const { contextTokens = 128_000, ...others } = options;
  const asked: ChatRequest[] = [];
  const model = scriptedChatModel(
    (request) => {
      asked.push(request);
      return script(request);
    },
    { contextTokens },
  );
  const judge = createJudgeReranker({ model, ...others });
  const rank = (passages: readonly string[], abort = new AbortController().signal) =>
    judge.rerank('When are invoices paid?', passagesOf(passages), { signal: abort });
  return { judge, rank, asked };
}
/** A script that answers as a judge of these opinions. */
export const answering =
  (opinion: (passage: string) => Opinion) =>
  ({ messages }: ChatRequest): readonly ChatStep[] => [judgeAnswer(messages, opinion)];

/** Answers nothing until told, and does not look at its signal. */
export function hangingModel() {
  const waiting: ((answer: string) => void)[] = [];
  let arrived: (() => void) | null = null;
  const model: ChatModel = {
    modelId: 'hanging',
    contextTokens: 8_192,
    countTokens: (text) => text.split(/\s+/).length,
    async *chat() {
      const answer = await new Promise<string>((resolve) => {
        waiting.push(resolve);
        arrived?.();
      });
      yield { type: 'delta', text: answer };
      yield { type: 'usage', usage: { ...noModelUsage, calls: 1 } };
      yield { type: 'end', reason: 'stop' };
    },
    async close() {},
  };
  return {
    model,
    async asked(count: number) {
      while (waiting.length < count) {
        const { promise, resolve } = Promise.withResolvers<void>();
        arrived = resolve;
        await promise;
      }
    },
    async answerLast(answer: string) {
      waiting.at(-1)?.(answer);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
