import type { Reranker } from '@winnow/core';
import { z } from 'zod';
import { checkedScores } from '../http/checked-scores.ts';
import type { RemoteRankingModel } from '../remote/remote-model.ts';
import { createRemoteReranker, type RankingAnswer } from '../remote/remote-reranker.ts';
import { askCohere } from './ask-cohere.ts';

export interface CohereRerankerOptions extends RemoteRankingModel {
  /** What the model reads; 4,096 by default, as the API has it. Where it is more, the API is told so. */
  readonly maxTokens?: number;
  /** For servers that know only `/v1/rerank`, such as Xinference; `v1` by default where `baseUrl` ends so. */
  readonly wire?: 'v1' | 'v2';
}

const defaultTimeoutMs = 30_000;
const defaultTokensPerPassage = 4_096;

/** What Cohere bills as one search, where the server does not say: https://cohere.com/pricing */
const passagesPerSearch = 100;

/**
 * Ranks through Cohere, or any server that speaks its `/rerank`: vLLM, LiteLLM, Xinference and others. Scores
 * are 0 to 1. Tries once: the shared calls try again.
 * @see https://docs.cohere.com/v2/reference/rerank
 * @see https://docs.cohere.com/v1/reference/rerank
 */
export function createCohereReranker(options: CohereRerankerOptions): Reranker {
  const { model, modelId = model, maxTokens = defaultTokensPerPassage } = options;
  return createRemoteReranker({ ...options, modelId, maxTokens }, (query, passages, { signal }) =>
    requestRanking({ ...options, maxTokens }, { query, passages, signal }),
  );
}

/** What we read of an answer. */
const answerSchema = z.object({
  results: z.array(z.object({ index: z.number(), relevance_score: z.number() })),
  meta: z
    .object({
      billed_units: z.object({ search_units: z.number().min(0).nullish() }).nullish(),
      tokens: z.object({ input_tokens: z.number().min(0).nullish() }).nullish(),
    })
    .nullish(),
});

async function requestRanking(
  options: CohereRerankerOptions & { readonly maxTokens: number },
  { query, passages, signal }: { query: string; passages: readonly string[]; signal: AbortSignal },
): Promise<RankingAnswer> {
  const { model, maxTokens, timeoutMs = defaultTimeoutMs, scale = 'probability' } = options;
  const { wire = wireOf(options.baseUrl) } = options;
  const what = `ranking by ${model}`;
  // Servers differ in how many they give unless told.
  const body = { model, query, documents: [...passages], topN: passages.length };
  const perPassage = maxTokens > defaultTokensPerPassage ? { maxTokensPerDoc: maxTokens } : {};
  const { value, headers } = await askCohere(
    { ...options, timeoutMs },
    {
      what,
      schema: answerSchema,
      texts: [query, ...passages],
      signal,
      make: (client, requestOptions) =>
        wire === 'v1'
          ? client.rerank({ ...body, returnDocuments: false }, requestOptions)
          : client.v2.rerank({ ...body, ...perPassage }, requestOptions),
    },
  );
  const { results, meta } = value;
  const incoming = results.map(({ index, relevance_score: score }) => ({ index, score }));
  return {
    scores: checkedScores(incoming, { what, count: passages.length, scale }),
    tokens: meta?.tokens?.input_tokens ?? null,
    searches: meta?.billed_units?.search_units ?? Math.ceil(passages.length / passagesPerSearch),
    headers,
  };
}

function wireOf(baseUrl: string | null): 'v1' | 'v2' {
  return baseUrl !== null && /\/v1\/?$/.test(baseUrl) ? 'v1' : 'v2';
}
