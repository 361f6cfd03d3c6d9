import type { EmbeddingKey, Embeddings } from '@winnow/core';
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
  const entries = new Map<EmbeddingKey, Float32Array>();

  function renew(key: EmbeddingKey, vector: Float32Array): void {
    entries.delete(key);
    entries.set(key, vector);
  }

  return {
    underWay: createJoinedCalls(),
    get(key) {
      const vector = entries.get(key);
      if (vector === undefined) return null;
      renew(key, vector);
      return vector.slice();
    },
    set(key, vector) {
      renew(key, vector.slice());
      const [oldest] = entries.keys();
      if (entries.size > options.maxEntries && oldest !== undefined) entries.delete(oldest);
    },
  };
}
