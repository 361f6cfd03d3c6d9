import { type CallPriority, cutToTokens, type Embedder, type Logger } from '@winnow/core';
import type { EmbeddingCreateParams } from 'openai/resources/embeddings';
import type { ProviderCalls } from '../calls/provider-calls.ts';
import { createRemoteEmbedder, type EmbeddingAnswer } from '../remote/remote-embedder.ts';
import { createEstimatingTokenizer } from '../tokenizer/estimating-tokenizer.ts';
import { embeddingVectors } from './embedding-vectors.ts';
import { createOpenAiClient, type OpenAiEndpoint } from './openai-client.ts';
import { fromOpenAi } from './openai-error.ts';

interface OpenAiModel extends Omit<OpenAiEndpoint, 'timeoutMs'> {
  /** The name the endpoint knows. */
  readonly model: string;
  readonly calls: ProviderCalls;
  /** For one call, the reading of its answer included; 60 s by default. */
  readonly timeoutMs?: number;
}

export interface OpenAiEmbedderOptions extends OpenAiModel {
  /** The name users know; the model's own by default. */
  readonly modelId?: string;
  readonly dimensions: number;
  /** Asks the endpoint for that length; most servers refuse to be asked. */
  readonly shortened?: boolean;
  readonly maxTokens: number;
  /** 32 by default, which the strictest of the common servers takes. */
  readonly maxTextsPerCall?: number;
  readonly maxTokensPerCall?: number;
  readonly priority?: CallPriority;
  readonly log: Logger;
}

const defaultTextsPerCall = 32;
const defaultTimeoutMs = 60_000;

/**
 * Embeds through OpenAI or any endpoint that speaks its API. Texts that are too long by our estimate, which is
 * a little above the model's own count, are cut before they are sent: OpenAI refuses a call for one of them,
 * other servers cut in silence. The fingerprint does not hold the endpoint, so that the same model behind
 * another gateway keeps its vectors. Tries once: the shared calls or the queue try again.
 * @see https://platform.openai.com/docs/api-reference/embeddings/create
 */
export function createOpenAiEmbedder(options: OpenAiEmbedderOptions): Embedder {
  const { model, modelId = model, dimensions, maxTokens, shortened = false } = options;
  const { maxTextsPerCall = defaultTextsPerCall } = options;
  const { count } = createEstimatingTokenizer();
  const requestEmbeddings = createRequest(options);
  const fingerprint = `openai|${model}|${dimensions}|${maxTokens}`;
  return createRemoteEmbedder({ ...options, modelId, fingerprint, maxTextsPerCall }, (texts, { signal }) => {
    const cut = texts.map((text) => cutToTokens(text, maxTokens, count));
    return requestEmbeddings({ texts: cut, dimensions, shortened, signal });
  });
}

/**
 * Asks an endpoint how long its vectors are, by embedding one word.
 * @throws AppError as the embedder does.
 */
export async function probeOpenAiDimensions(
  options: OpenAiModel & { readonly signal: AbortSignal },
): Promise<number> {
  const { calls, signal } = options;
  const requestEmbeddings = createRequest(options);
  const request = { texts: ['dimensions'], dimensions: null, shortened: false, signal };
  const vectors = await calls.run({ tokens: 1, priority: 'interactive', signal }, async () => {
    const { vectors: value, tokens, headers } = await requestEmbeddings(request);
    return { value, tokens, headers };
  });
  return vectors[0]?.length ?? 0;
}

interface EmbeddingsRequest {
  readonly texts: readonly string[];
  /** Null: any. */
  readonly dimensions: number | null;
  readonly shortened: boolean;
  readonly signal: AbortSignal;
}

/** One request each time it is called. */
function createRequest({ model, timeoutMs = defaultTimeoutMs, ...endpoint }: OpenAiModel) {
  const client = createOpenAiClient({ ...endpoint, timeoutMs });
  const what = `embeddings of ${model}`;
  return async ({ texts, dimensions, shortened, signal }: EmbeddingsRequest): Promise<EmbeddingAnswer> => {
    const body: EmbeddingCreateParams = {
      model,
      input: [...texts],
      // A quarter of the bytes; endpoints that do not know it answer with numbers, which are read as well.
      encoding_format: 'base64',
      ...(shortened && dimensions !== null && { dimensions }),
    };
    try {
      const { data, response } = await client.embeddings.create(body, { signal }).withResponse();
      const { vectors, tokens } = embeddingVectors(data, texts.length, dimensions, what);
      return { vectors, tokens: tokens > 0 ? tokens : null, headers: response.headers };
    } catch (error) {
      throw fromOpenAi(error, what, signal, [endpoint.apiKey, ...texts]);
    }
  };
}
