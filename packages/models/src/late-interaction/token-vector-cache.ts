import { createRecent, type EmbeddingKey, type Recent } from '@winnow/core';
import type { BitRows } from './bit-rows.ts';

/** Token vectors of passages that had to be computed, in memory. */
export type TokenVectorCache = Recent<EmbeddingKey, BitRows>;

/** @param options.maxEntries one takes some 3 KB. */
export function createTokenVectorCache(options: { readonly maxEntries: number }): TokenVectorCache {
  return createRecent(options.maxEntries);
}
