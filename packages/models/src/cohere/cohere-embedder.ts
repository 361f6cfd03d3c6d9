import type { Embedder } from '@winnow/core';
import { z } from 'zod';
import { checkedVectors } from '../http/checked-vectors.ts';
import {
  createProviderEmbedder,
  type EmbeddingProvider,
  probeProviderDimensions,
} from '../remote/provider-embedder.ts';
import type { EmbeddingAnswer } from '../remote/remote-embedder.ts';
import type { EmbeddingRequest, RemoteEmbeddingModel, RemoteModel } from '../remote/remote-model.ts';
import { askCohere } from './ask-cohere.ts';

export type CohereEmbedderOptions = RemoteEmbeddingModel;

/** @see https://docs.cohere.com/v2/reference/embed */
const cohere: EmbeddingProvider = { name: 'cohere', maxTextsPerCall: 96, request: requestEmbeddings };

/**
 * Embeds through Cohere, or a server that speaks its `/v2/embed`. Tries once: the shared calls or the queue try
 * again. Longer texts lose their end at the provider; `usage.truncated` counts them by our estimate.
 */
export function createCohereEmbedder(options: CohereEmbedderOptions): Embedder {
  return createProviderEmbedder(cohere, options);
}

/**
 * Asks an endpoint how long its vectors are, by embedding one word.
 * @throws AppError as the embedder does.
 */
export function probeCohereDimensions(
  options: RemoteModel & { readonly signal: AbortSignal },
): Promise<number> {
  return probeProviderDimensions(cohere, options);
}

/** What we read of an answer. */
const answerSchema = z.object({
  embeddings: z.object({
    base64: z.array(z.string()).nullish(),
    // Servers that know no base64 answer with numbers.
    float: z.array(z.array(z.number())).nullish(),
  }),
  meta: z
    .object({ billed_units: z.object({ input_tokens: z.number().min(0).nullish() }).nullish() })
    .nullish(),
});

const defaultTimeoutMs = 60_000;

async function requestEmbeddings(
  { model, timeoutMs = defaultTimeoutMs, ...endpoint }: RemoteModel,
  { texts, dimensions, shortened, purpose, signal }: EmbeddingRequest,
): Promise<EmbeddingAnswer> {
  const what = `embeddings of ${model}`;
  const body = {
    model,
    texts: [...texts],
    inputType: purpose === 'query' ? ('search_query' as const) : ('search_document' as const),
    // A quarter of the bytes of numbers: "the float embedding bytes together", which are little-endian float32.
    embeddingTypes: ['base64' as const],
    truncate: 'END' as const,
    ...(shortened && dimensions !== null && { outputDimension: dimensions }),
  };
  const { value, headers } = await askCohere(
    { ...endpoint, timeoutMs },
    { what, schema: answerSchema, texts, signal, make: (client, options) => client.v2.embed(body, options) },
  );
  const { base64, float } = value.embeddings;
  const incoming = (base64 ?? float ?? []).map((embedding) => ({ embedding }));
  const vectors = checkedVectors(incoming, { what, count: texts.length, dimensions });
  return { vectors, tokens: value.meta?.billed_units?.input_tokens ?? null, headers };
}
