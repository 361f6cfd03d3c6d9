import type { Reranker } from '@winnow/core';
import { z } from 'zod';
import { checkedScores } from '../http/checked-scores.ts';
import { postJson } from '../http/post-json.ts';
import type { RemoteRankingModel } from '../remote/remote-model.ts';
import { createRemoteReranker, type RankingAnswer } from '../remote/remote-reranker.ts';
import { jinaEndpoint } from './jina-endpoint.ts';

export type JinaRerankerOptions = RemoteRankingModel;

const defaultTimeoutMs = 30_000;
/** Of jina-reranker-v2. */
const defaultMaxTokens = 1_024;

/**
 * Ranks through Jina, or any server that speaks its `/rerank`: vLLM, Xinference, NewAPI and others. Scores of
 * jina-reranker-v2 are 0 to 1. Tries once: the shared calls try again.
 * @see https://jina.ai/reranker
 * @see https://api.jina.ai/redoc
 */
export function createJinaReranker(options: JinaRerankerOptions): Reranker {
  const { model, modelId = model, maxTokens = defaultMaxTokens } = options;
  return createRemoteReranker({ ...options, modelId, maxTokens }, (query, passages, { signal }) =>
    requestRanking(options, { query, passages, signal }),
  );
}

/** What we read of an answer. */
const answerSchema = z.object({
  results: z.array(z.object({ index: z.number(), relevance_score: z.number() })),
  usage: z.object({ total_tokens: z.int().min(0).nullish() }).nullish(),
});

async function requestRanking(
  options: JinaRerankerOptions,
  { query, passages, signal }: { query: string; passages: readonly string[]; signal: AbortSignal },
): Promise<RankingAnswer> {
  const { model, timeoutMs = defaultTimeoutMs, scale = 'probability' } = options;
  const what = `ranking by ${model}`;
  const { value, headers } = await postJson(jinaEndpoint({ ...options, timeoutMs }, 'rerank'), {
    what,
    // Servers differ in how many they give, and whether with their texts, unless told.
    body: { model, query, documents: passages, top_n: passages.length, return_documents: false },
    schema: answerSchema,
    texts: [query, ...passages],
    signal,
  });
  const incoming = value.results.map(({ index, relevance_score: score }) => ({ index, score }));
  const scores = checkedScores(incoming, { what, count: passages.length, scale });
  return { scores, tokens: value.usage?.total_tokens ?? null, searches: 0, headers };
}
