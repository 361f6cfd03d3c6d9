import {
  AppError,
  type Bill,
  type Embedder,
  type EmbeddingKey,
  type Generation,
  type GenerationRef,
  noModelUsage,
  type TokenVectors,
} from '@winnow/core';
import type { IngestPorts } from '../ports.ts';

export interface KnownVectors {
  readonly vectors: ReadonlyMap<EmbeddingKey, Float32Array>;
  /** How many of them came from the cache. */
  readonly cached: number;
}

/**
 * Vectors that need no model: those that generations hold and, for a remote model, those in the embedding cache.
 * @param places as `placesOfVectors` gives them: the generation itself, and others that have been made with the model.
 */
export async function knownVectors(
  ports: Pick<IngestPorts, 'store' | 'embeddingCache' | 'log'>,
  places: readonly GenerationRef[],
  keys: readonly EmbeddingKey[],
  { location }: Pick<Embedder, 'location'>,
): Promise<KnownVectors> {
  const { chunks } = ports.store;
  const vectors = await foundIn(ports, places, keys, chunks.vectorsByKey.bind(chunks));
  const missing = [...new Set(keys)].filter((key) => !vectors.has(key));
  if (location === 'local' || missing.length === 0) return { vectors, cached: 0 };
  const cached = await ports.embeddingCache.get(missing);
  for (const [key, vector] of cached) vectors.set(key, vector);
  return { vectors, cached: cached.size };
}

/**
 * Token vectors of texts whose vectors are known, from the same places; none of a model that gives none.
 * @param places as for {@link knownVectors}.
 */
export async function knownTokenVectors(
  ports: Pick<IngestPorts, 'store' | 'log'>,
  places: readonly GenerationRef[],
  keys: Iterable<EmbeddingKey>,
  { givesTokenVectors = false }: Pick<Embedder, 'givesTokenVectors'>,
): Promise<ReadonlyMap<EmbeddingKey, TokenVectors>> {
  if (!givesTokenVectors) return new Map();
  const { chunks } = ports.store;
  return await foundIn(ports, places, keys, chunks.tokenVectorsByKey.bind(chunks));
}

/**
 * The vectors that a generation takes over. One that is built takes none without token vectors where the model gives
 * them, so that a corpus from before there were any comes by them; to one that is live, what it has is good enough.
 */
export function vectorsToReuse(
  vectors: ReadonlyMap<EmbeddingKey, Float32Array>,
  tokenVectors: ReadonlyMap<EmbeddingKey, TokenVectors>,
  { state }: Pick<Generation, 'state'>,
  { givesTokenVectors = false }: Pick<Embedder, 'givesTokenVectors'>,
): ReadonlyMap<EmbeddingKey, Float32Array> {
  if (state !== 'building' || !givesTokenVectors) return vectors;
  return new Map([...vectors].filter(([key]) => tokenVectors.has(key)));
}

/** Looks in one place after the other, in each for what those before it do not have. */
async function foundIn<Value>(
  { log }: Pick<IngestPorts, 'log'>,
  places: readonly GenerationRef[],
  keys: Iterable<EmbeddingKey>,
  lookUp: (place: GenerationRef, keys: readonly EmbeddingKey[]) => Promise<ReadonlyMap<EmbeddingKey, Value>>,
): Promise<Map<EmbeddingKey, Value>> {
  const values = new Map<EmbeddingKey, Value>();
  let missing: readonly EmbeddingKey[] = [...new Set(keys)];
  for (const [index, place] of places.entries()) {
    if (missing.length === 0) break;
    const found = await lookUp(place, missing).catch((thrown: unknown) => {
      // Another generation may be given up at any time: what it cannot tell costs a call of the model, and no more.
      const error = AppError.from(thrown);
      if (index === 0 || error.retryable) throw error;
      log.warn({ event: 'vectors-not-reused', generation: place.generation, code: error.code });
      return new Map<EmbeddingKey, Value>();
    });
    for (const [key, value] of found) values.set(key, value);
    missing = missing.filter((key) => !values.has(key));
  }
  return values;
}

/** Notes texts that the cache had: they cost nothing. */
export function noteCached(bill: Bill, { modelId }: Embedder, cached: number): void {
  if (cached === 0) return;
  const purpose = 'embed-documents';
  bill.add({ ...noModelUsage, purpose, provider: 'cache', model: modelId, cached, usd: 0 });
}
