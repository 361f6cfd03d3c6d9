import type { Embedder } from '@winnow/core';
import { createRemoteEmbedder, type EmbeddingAnswer } from './remote-embedder.ts';
import type { EmbeddingRequest, RemoteEmbeddingModel, RemoteModel } from './remote-model.ts';

/** How a provider is asked. */
export interface EmbeddingProvider {
  /** Stands in fingerprints. */
  readonly name: string;
  readonly maxTextsPerCall: number;
  /** Makes exactly one request. */
  request(model: RemoteModel, request: EmbeddingRequest): Promise<EmbeddingAnswer>;
}

/**
 * An embedder of a provider whose limits are known. The fingerprint does not hold the endpoint, so that the same
 * model behind another gateway keeps its vectors.
 */
export function createProviderEmbedder(provider: EmbeddingProvider, options: RemoteEmbeddingModel): Embedder {
  const { model, modelId = model, dimensions, maxTokens, shortened = false } = options;
  const { maxTextsPerCall = provider.maxTextsPerCall } = options;
  const fingerprint = `${provider.name}|${model}|${dimensions}|${maxTokens}`;
  return createRemoteEmbedder({ ...options, modelId, fingerprint, maxTextsPerCall }, (texts, embedOptions) =>
    provider.request(options, { texts, dimensions, shortened, ...embedOptions }),
  );
}

/**
 * How long the vectors of a model are of which nothing is known, by embedding one word.
 * @throws AppError as the embedder does.
 */
export async function probeProviderDimensions(
  provider: EmbeddingProvider,
  options: RemoteModel & { readonly signal: AbortSignal },
): Promise<number> {
  const { calls, signal } = options;
  const word = { texts: ['dimensions'], dimensions: null, shortened: false } as const;
  const vectors = await calls.run({ tokens: 1, priority: 'interactive', signal }, async () => {
    const { vectors: value, ...answer } = await provider.request(options, {
      ...word,
      purpose: 'query',
      signal,
    });
    return { value, ...answer };
  });
  return vectors[0]?.length ?? 0;
}
