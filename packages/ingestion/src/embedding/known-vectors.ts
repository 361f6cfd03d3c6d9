import {
  AppError,
  type Bill,
  type Embedder,
  type EmbeddingKey,
  type GenerationRef,
  noModelUsage,
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
  const vectors = new Map<EmbeddingKey, Float32Array>();
  let missing: readonly EmbeddingKey[] = [...new Set(keys)];
  for (const [index, place] of places.entries()) {
    if (missing.length === 0) break;
    const found = await (index === 0
      ? vectorsIn(ports, place, missing)
      : vectorsBeside(ports, place, missing));
    for (const [key, vector] of found) vectors.set(key, vector);
    missing = missing.filter((key) => !vectors.has(key));
  }
  if (location === 'local' || missing.length === 0) return { vectors, cached: 0 };
  const cached = await ports.embeddingCache.get(missing);
  for (const [key, vector] of cached) vectors.set(key, vector);
  return { vectors, cached: cached.size };
}

type Lookup = (
  ports: Pick<IngestPorts, 'store' | 'log'>,
  place: GenerationRef,
  keys: readonly EmbeddingKey[],
) => Promise<ReadonlyMap<EmbeddingKey, Float32Array>>;

const vectorsIn: Lookup = ({ store }, place, keys) => store.chunks.vectorsByKey(place, keys);

/** Another generation may be given up at any time: what it cannot tell costs a call of the model, and no more. */
const vectorsBeside: Lookup = async (ports, place, keys) => {
  try {
    return await vectorsIn(ports, place, keys);
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.retryable) throw error;
    ports.log.warn({ event: 'vectors-not-reused', generation: place.generation, code: error.code });
    return new Map();
  }
};

/** Notes texts that the cache had: they cost nothing. */
export function noteCached(bill: Bill, { modelId }: Embedder, cached: number): void {
  if (cached === 0) return;
  const purpose = 'embed-documents';
  bill.add({ ...noModelUsage, purpose, provider: 'cache', model: modelId, cached, usd: 0 });
}
