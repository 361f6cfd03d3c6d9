import {
  addModelUsage,
  type CallPriority,
  type Logger,
  type ModelUsage,
  noModelUsage,
  type Reranker,
} from '@winnow/core';
import { assertTexts } from '../assert-texts.ts';
import type { ProviderCalls } from '../calls/provider-calls.ts';
import { createEstimatingTokenizer } from '../tokenizer/estimating-tokenizer.ts';

/** Limits and identity of a model behind an API. */
export interface RemoteRerankerOptions {
  readonly modelId: string;
  /** `probability` by default. */
  readonly scale?: Reranker['scale'];
  /** Passages worth scoring; 50 by default. */
  readonly depth?: number;
  /** What the model reads of query and passage together, in tokens. */
  readonly maxTokens: number;
  /** More are sent in several calls; 1,000 by default. */
  readonly maxPassagesPerCall?: number;
  readonly calls: ProviderCalls;
  /** Interactive by default. */
  readonly priority?: CallPriority;
  readonly log: Logger;
}

/** What one request brought. */
export interface RankingAnswer {
  /** Checked, in the order of the passages. */
  readonly scores: readonly number[];
  /** As billed; null where the provider does not say. */
  readonly tokens: number | null;
  /** Searches billed; 0 where they are not billed. */
  readonly searches: number;
  readonly headers: Headers | null;
}

/** Makes exactly one request. */
export type RequestRanking = (
  query: string,
  passages: readonly string[],
  options: { signal: AbortSignal },
) => Promise<RankingAnswer>;

const defaultDepth = 50;
const defaultPassagesPerCall = 1_000;

/** More passages than any depth; a bound against mistakes. Cohere takes no more of one query either. */
const maxPassages = 10_000;

/**
 * What rerankers behind an API have in common: limits, estimate, the shared limiter, usage and log. More
 * passages than a call takes go in several at once; if one fails, the others are ended. Passages that are
 * longer than the model reads, by our estimate, are counted as truncated and named in a note; the provider cuts
 * them.
 */
export function createRemoteReranker(options: RemoteRerankerOptions, request: RequestRanking): Reranker {
  const { modelId, maxTokens, maxPassagesPerCall = defaultPassagesPerCall, log } = options;
  return {
    modelId,
    scale: options.scale ?? 'probability',
    depth: options.depth ?? defaultDepth,
    async rerank(query, passages, { signal }) {
      const texts = passages.map((passage) => passage.text);
      assertTexts([query], 1);
      assertTexts(texts, maxPassages);
      const startedAt = performance.now();
      const parts = await allOrNone(slices(texts, maxPassagesPerCall), signal, (part, joined) =>
        rankPart(options, request, { query, passages: part, signal: joined }),
      );
      const usage = parts.map((part) => part.usage).reduce(addModelUsage, noModelUsage);
      const durationMs = Math.round(performance.now() - startedAt);
      log.debug({ event: 'passages-ranked', model: modelId, count: texts.length, ...usage, durationMs });
      const scores = parts.flatMap((part) => part.scores);
      return { scores, judgements: null, usage, notes: notesOf(usage.truncated, texts.length, maxTokens) };
    },
    async close() {},
  };
}

const { count } = createEstimatingTokenizer();

async function rankPart(
  { calls, maxTokens, priority = 'interactive' }: RemoteRerankerOptions,
  request: RequestRanking,
  { query, passages, signal }: { query: string; passages: readonly string[]; signal: AbortSignal },
): Promise<{ scores: readonly number[]; usage: ModelUsage }> {
  const queryTokens = count(query);
  const counts = passages.map((passage) => queryTokens + count(passage));
  const truncated = counts.filter((tokens) => tokens > maxTokens).length;
  const estimate = counts.reduce((sum, tokens) => sum + Math.min(tokens, maxTokens), 0);
  const answer = await calls.run({ tokens: estimate, priority, signal }, async () => {
    const { scores, tokens, searches, headers } = await request(query, passages, { signal });
    return { value: { scores, tokens, searches }, tokens, headers };
  });
  const { scores, tokens, searches } = answer;
  return {
    scores,
    usage: { calls: 1, inputTokens: tokens ?? estimate, outputTokens: 0, searches, truncated },
  };
}

/** Runs all at once, each under a signal that is aborted as soon as one of them fails. */
async function allOrNone<Part, Result>(
  parts: readonly Part[],
  signal: AbortSignal,
  run: (part: Part, signal: AbortSignal) => Promise<Result>,
): Promise<readonly Result[]> {
  const siblings = new AbortController();
  const joined = AbortSignal.any([signal, siblings.signal]);
  try {
    return await Promise.all(parts.map((part) => run(part, joined)));
  } finally {
    siblings.abort();
  }
}

function slices<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const starts = Array.from({ length: Math.ceil(items.length / size) }, (_, index) => index * size);
  return starts.map((start) => items.slice(start, start + size));
}

function notesOf(truncated: number, passages: number, maxTokens: number): readonly string[] {
  if (truncated === 0) return [];
  const cut = 'the reranker may not have read their ends';
  return [`${truncated} of ${passages} passages are longer than ${maxTokens} tokens with the query: ${cut}`];
}
