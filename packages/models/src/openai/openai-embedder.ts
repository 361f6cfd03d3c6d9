import type { Embedder, Logger } from '@winnow/core';
import { assertTexts } from '../assert-texts.ts';
import { embeddingVectors } from './embedding-vectors.ts';
import { createOpenAiClient, type OpenAiEndpoint } from './openai-client.ts';
import { fromOpenAi } from './openai-error.ts';

export interface OpenAiEmbedderOptions {
  /** Empty for an endpoint that asks for none. */
  readonly apiKey: string;
  /** With its version: `http://localhost:11434/v1`; null for OpenAI's own. */
  readonly baseUrl: string | null;
  /** The name the endpoint knows. */
  readonly model: string;
  readonly dimensions: number;
  readonly maxTokens: number;
  /** 32 by default, which the strictest of the common servers takes. */
  readonly maxTextsPerCall?: number;
  /** 60 s by default. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
  readonly log: Logger;
}

const defaultTextsPerCall = 32;
const defaultTimeoutMs = 60_000;

/**
 * Embeds through OpenAI or any endpoint that speaks its API. Tries once: the queue tries again. The
 * fingerprint does not hold the endpoint, so that the same model behind another gateway keeps its vectors.
 * @see https://platform.openai.com/docs/api-reference/embeddings/create
 */
export function createOpenAiEmbedder(options: OpenAiEmbedderOptions): Embedder {
  const { model, dimensions, maxTokens, maxTextsPerCall = defaultTextsPerCall } = options;
  const { timeoutMs = defaultTimeoutMs, log } = options;
  const client = createOpenAiClient({ ...options, timeoutMs });
  return {
    modelId: `openai:${model}`,
    fingerprint: `openai|${model}|${dimensions}|${maxTokens}`,
    dimensions,
    maxTokens,
    maxTextsPerCall,
    async embed(texts, { signal }) {
      assertTexts(texts, maxTextsPerCall);
      const startedAt = performance.now();
      const response = await requestEmbeddings(client, { model, texts, dimensions }, signal);
      const { vectors, tokens } = embeddingVectors(response, texts.length, dimensions);
      const durationMs = Math.round(performance.now() - startedAt);
      log.debug({ event: 'texts-embedded', model, count: texts.length, tokens, durationMs });
      return { vectors, tokens, calls: 1 };
    },
    async close() {},
  };
}

/**
 * Asks an endpoint how long its vectors are, by embedding one word.
 * @throws AppError as the embedder does.
 */
export async function probeOpenAiDimensions(
  options: Omit<OpenAiEndpoint, 'timeoutMs'> & { readonly model: string; readonly signal: AbortSignal },
): Promise<number> {
  const { model, signal } = options;
  const client = createOpenAiClient({ ...options, timeoutMs: defaultTimeoutMs });
  const request = { model, texts: ['dimensions'], dimensions: null };
  const response = await requestEmbeddings(client, request, signal);
  return embeddingVectors(response, 1, null).vectors[0]?.length ?? 0;
}

async function requestEmbeddings(
  client: ReturnType<typeof createOpenAiClient>,
  request: { model: string; texts: readonly string[]; dimensions: number | null },
  signal: AbortSignal,
): Promise<unknown> {
  const { model, texts, dimensions } = request;
  try {
    return await client.embeddings.create(
      {
        model,
        input: [...texts],
        // A quarter of the bytes; endpoints that do not know it answer with numbers, which are read as well.
        encoding_format: 'base64',
        ...(dimensions !== null && isShortened(model, dimensions) ? { dimensions } : {}),
      },
      { signal },
    );
  } catch (error) {
    throw fromOpenAi(error, `embeddings of ${model}`, signal);
  }
}

/** Only these models can give shorter vectors, and most endpoints refuse a request that asks for it. */
const fullDimensions: ReadonlyMap<string, number> = new Map([
  ['text-embedding-3-small', 1536],
  ['text-embedding-3-large', 3072],
]);

function isShortened(model: string, dimensions: number): boolean {
  const full = fullDimensions.get(model);
  return full !== undefined && dimensions !== full;
}
