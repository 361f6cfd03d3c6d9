import type { Embedder } from '@winnow/core';
import { z } from 'zod';
import { checkedVectors } from '../http/checked-vectors.ts';
import { postJson } from '../http/post-json.ts';
import {
  createProviderEmbedder,
  type EmbeddingProvider,
  probeProviderDimensions,
} from '../remote/provider-embedder.ts';
import type { EmbeddingAnswer } from '../remote/remote-embedder.ts';
import type { EmbeddingRequest, RemoteEmbeddingModel, RemoteModel } from '../remote/remote-model.ts';
import { jinaEndpoint } from './jina-endpoint.ts';

export type JinaEmbedderOptions = RemoteEmbeddingModel;

/** @see https://api.jina.ai/redoc */
const jina: EmbeddingProvider = { name: 'jina', maxTextsPerCall: 512, request: requestEmbeddings };

/**
 * Embeds through Jina. Tries once: the shared calls or the queue try again. Longer texts lose their end at the
 * provider; `usage.truncated` counts them by our estimate.
 */
export function createJinaEmbedder(options: JinaEmbedderOptions): Embedder {
  return createProviderEmbedder(jina, options);
}

/**
 * Asks an endpoint how long its vectors are, by embedding one word.
 * @throws AppError as the embedder does.
 */
export function probeJinaDimensions(
  options: RemoteModel & { readonly signal: AbortSignal },
): Promise<number> {
  return probeProviderDimensions(jina, options);
}

/** What we read of an answer; numbers come from servers that know no base64. */
const answerSchema = z.object({
  data: z.array(
    z.object({
      index: z.int().min(0).optional(),
      embedding: z.union([z.string(), z.array(z.number())]),
    }),
  ),
  usage: z.object({ total_tokens: z.int().min(0).nullish() }).nullish(),
});

const defaultTimeoutMs = 60_000;

async function requestEmbeddings(
  { model, timeoutMs = defaultTimeoutMs, ...endpoint }: RemoteModel,
  { texts, dimensions, shortened, purpose, signal }: EmbeddingRequest,
): Promise<EmbeddingAnswer> {
  const what = `embeddings of ${model}`;
  const body = {
    model,
    input: texts,
    ...(knowsTasks(model) && { task: purpose === 'query' ? 'retrieval.query' : 'retrieval.passage' }),
    // A quarter of the bytes of numbers.
    embedding_type: 'base64',
    // Otherwise one long text makes the whole call fail.
    truncate: true,
    ...(shortened && dimensions !== null && { dimensions }),
  };
  const { value, headers } = await postJson(jinaEndpoint({ ...endpoint, timeoutMs }, 'embeddings'), {
    what,
    body,
    schema: answerSchema,
    texts,
    signal,
  });
  const vectors = checkedVectors(value.data, { what, count: texts.length, dimensions });
  return { vectors, tokens: value.usage?.total_tokens ?? null, headers };
}

/** Adapters for a task came with the third generation. */
function knowsTasks(model: string): boolean {
  return !/^jina-(?:embeddings-v2|clip-v1|colbert)/.test(model);
}
