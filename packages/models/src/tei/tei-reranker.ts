import type { CallPriority, Logger, Reranker } from '@winnow/core';
import { z } from 'zod';
import type { ProviderCalls } from '../calls/provider-calls.ts';
import { checkedScores } from '../http/checked-scores.ts';
import { postJson } from '../http/post-json.ts';
import { createRemoteReranker, type RankingAnswer } from '../remote/remote-reranker.ts';
import { computedTokens } from './computed-tokens.ts';
import { inspectTei } from './inspect-tei.ts';
import { type TeiEndpoint, teiEndpoint } from './tei-endpoint.ts';

export interface TeiRerankerOptions extends Omit<TeiEndpoint, 'timeoutMs'> {
  /** The name of the served model, or the last part of it. */
  readonly model: string;
  /** The name users know; `tei:` and the model by default. */
  readonly modelId?: string;
  /** Passages worth scoring; 50 by default. */
  readonly depth?: number;
  readonly calls: ProviderCalls;
  readonly priority?: CallPriority;
  /** For one call, the reading of its answer included; 30 s by default. */
  readonly timeoutMs?: number;
  /** For the question that is asked of the server at the beginning. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

const defaultTimeoutMs = 30_000;

/**
 * Ranks through a server of Text Embeddings Inference, by its own API: cross-encoders of one label, whose
 * scores the server makes 0 to 1. Limits are asked of the server; more passages than it takes in a call go in
 * several.
 * @throws AppError `failed_precondition` if the server serves another model; else as `rerank` does.
 * @see https://huggingface.github.io/text-embeddings-inference/
 */
export async function createTeiReranker(options: TeiRerankerOptions): Promise<Reranker> {
  const { model, modelId = `tei:${model}` } = options;
  const { maxTokens, maxTextsPerCall } = await inspectTei({ ...options, kind: 'reranker' });
  const limits = { ...options, modelId, maxTokens, maxPassagesPerCall: maxTextsPerCall };
  return createRemoteReranker(limits, (query, passages, { signal }) =>
    requestRanking(options, { query, passages, signal }),
  );
}

async function requestRanking(
  options: TeiRerankerOptions,
  { query, passages, signal }: { query: string; passages: readonly string[]; signal: AbortSignal },
): Promise<RankingAnswer> {
  const { model, timeoutMs = defaultTimeoutMs } = options;
  const what = `ranking by ${model}`;
  const { value, headers } = await postJson(teiEndpoint({ ...options, timeoutMs }, 'rerank'), {
    what,
    body: { query, texts: passages, truncate: true, raw_scores: false, return_text: false },
    schema: z.array(z.object({ index: z.number(), score: z.number() })),
    texts: [query, ...passages],
    signal,
  });
  const scores = checkedScores(value, { what, count: passages.length, scale: 'probability' });
  return { scores, tokens: computedTokens(headers), searches: 0, headers };
}
