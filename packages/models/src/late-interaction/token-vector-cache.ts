import type { EmbeddingKey } from '@winnow/core';
import type { BitRows } from './bit-rows.ts';

/** Token vectors of passages that had to be computed, in memory. */
export interface TokenVectorCache {
  get(key: EmbeddingKey): BitRows | null;
  set(key: EmbeddingKey, rows: BitRows): void;
}

/** @param options.maxEntries above this the one that was not asked for longest goes; one takes some 3 KB. */
export function createTokenVectorCache(options: { readonly maxEntries: number }): TokenVectorCache {
  const entries = new Map<EmbeddingKey, BitRows>();
  return {
    get(key) {
      const rows = entries.get(key);
      if (rows === undefined) return null;
      entries.delete(key);
      entries.set(key, rows);
      return rows;
    },
    set(key, rows) {
      entries.delete(key);
      entries.set(key, rows);
      const [oldest] = entries.keys();
      if (entries.size > options.maxEntries && oldest !== undefined) entries.delete(oldest);
    },
  };
}
