import { createRecent, type EmbeddingKey, type Embeddings } from '@winnow/core';
import { createJoinedCalls, type JoinedCalls } from './joined-calls.ts';

/** Vectors of recent queries, in memory. */
export interface QueryCache {
  get(key: EmbeddingKey): Float32Array | null;
  set(key: EmbeddingKey, vector: Float32Array): void;
  /** Vectors that are being made. */
  readonly underWay: JoinedCalls<EmbeddingKey, Embeddings>;
}

/** @param options.maxEntries above this the one that was not asked for longest goes. A vector of 1,536 dimensions takes 6 KB. */
export function createQueryCache(options: { readonly maxEntries: number }): QueryCache {
  const recent = createRecent<EmbeddingKey, Float32Array>(options.maxEntries);
  return {
    underWay: createJoinedCalls(),
    // Copies: who gets a vector may write to it.
    get: (key) => recent.get(key)?.slice() ?? null,
    set: (key, vector) => recent.set(key, vector.slice()),
  };
}
