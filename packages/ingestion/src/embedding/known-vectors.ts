import { type Bill, type Embedder, type EmbeddingKey, type GenerationRef, noModelUsage } from '@winnow/core';
import type { IngestPorts } from '../ports.ts';

export interface KnownVectors {
  readonly vectors: ReadonlyMap<EmbeddingKey, Float32Array>;
  /** How many of them came from the cache. */
  readonly cached: number;
}

/** Vectors that need no model: those in the generation's index and, for a remote model, in the embedding cache. */
export async function knownVectors(
  { store, embeddingCache }: IngestPorts,
  ref: GenerationRef,
  keys: readonly EmbeddingKey[],
  { location }: Pick<Embedder, 'location'>,
): Promise<KnownVectors> {
  const distinct = [...new Set(keys)];
  const indexed = await store.chunks.vectorsByKey(ref, distinct);
  const missing = distinct.filter((key) => !indexed.has(key));
  if (location === 'local' || missing.length === 0) return { vectors: indexed, cached: 0 };
  const cached = await embeddingCache.get(missing);
  return { vectors: new Map([...indexed, ...cached]), cached: cached.size };
}

/** Notes texts that the cache had: they cost nothing. */
export function noteCached(bill: Bill, { modelId }: Embedder, cached: number): void {
  if (cached === 0) return;
  const purpose = 'embed-documents';
  bill.add({ ...noModelUsage, purpose, provider: 'cache', model: modelId, cached, usd: 0 });
}
