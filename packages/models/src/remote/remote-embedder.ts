import { type CallPriority, type Embedder, type EmbedOptions, type Logger, noModelUsage } from '@winnow/core';
import { assertTexts } from '../assert-texts.ts';
import type { ProviderCalls } from '../calls/provider-calls.ts';
import { createEstimatingTokenizer } from '../tokenizer/estimating-tokenizer.ts';

/** Limits and identity of a model behind an API. */
export interface RemoteEmbedderOptions {
  readonly modelId: string;
  readonly fingerprint: string;
  readonly dimensions: number;
  readonly maxTokens: number;
  readonly maxTextsPerCall: number;
  /** No limit by default. */
  readonly maxTokensPerCall?: number;
  readonly calls: ProviderCalls;
  /** Queries are interactive and documents bulk by default. */
  readonly priority?: CallPriority;
  readonly log: Logger;
}

/** What one request brought. */
export interface EmbeddingAnswer {
  /** Checked, in the order of the texts. */
  readonly vectors: readonly Float32Array[];
  /** As billed; null where the provider does not say. */
  readonly tokens: number | null;
  readonly headers: Headers | null;
}

/** Makes exactly one request. */
export type RequestEmbeddings = (texts: readonly string[], options: EmbedOptions) => Promise<EmbeddingAnswer>;

/** More at once would wait at the provider instead of here. */
const parallelCalls = 8;

/**
 * What embedders behind an API have in common: limits, estimate, the shared limiter, usage and log. Texts that
 * are longer than the model reads, by our estimate, are counted as truncated; the provider cuts them.
 */
export function createRemoteEmbedder(options: RemoteEmbedderOptions, request: RequestEmbeddings): Embedder {
  const { modelId, dimensions, fingerprint, maxTokens, maxTextsPerCall, calls, log } = options;
  const { count } = createEstimatingTokenizer();
  return {
    modelId,
    fingerprint,
    location: 'remote',
    dimensions,
    maxTokens,
    maxTextsPerCall,
    maxTokensPerCall: options.maxTokensPerCall ?? Number.POSITIVE_INFINITY,
    parallelCalls,
    async embed(texts, { purpose, signal }) {
      assertTexts(texts, maxTextsPerCall);
      const startedAt = performance.now();
      const counts = texts.map(count);
      const truncated = counts.filter((tokens) => tokens > maxTokens).length;
      const estimate = counts.reduce((sum, tokens) => sum + Math.min(tokens, maxTokens), 0);
      const priority = options.priority ?? (purpose === 'query' ? 'interactive' : 'bulk');
      const { vectors, tokens } = await calls.run({ tokens: estimate, priority, signal }, async () => {
        const answer = await request(texts, { purpose, signal });
        return { value: answer, tokens: answer.tokens, headers: answer.headers };
      });
      const inputTokens = tokens ?? estimate;
      const durationMs = Math.round(performance.now() - startedAt);
      const model = modelId;
      log.debug({ event: 'texts-embedded', model, count: texts.length, inputTokens, truncated, durationMs });
      return { vectors, usage: { ...noModelUsage, calls: 1, inputTokens, truncated } };
    },
    async close() {},
  };
}
