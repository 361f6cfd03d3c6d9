import { createRecent, type EmbeddingKey, type GenerationRef, type TokenVectors } from '@winnow/core';
import type { ReadPorts } from '../chunks/read-document.ts';
import { findTokenVectors } from '../chunks/token-vectors-by-key.ts';

/** Token vectors that were read along with hits, in memory until a reranker asks for them, and some time after. */
export interface RecentTokenVectors {
  /** Reads those of chunks by `_id`. Never fails: who needs one that is not there asks for it. */
  fetch(ref: GenerationRef, ids: readonly string[], signal: AbortSignal): Promise<void>;
  /** Equal keys mean equal ones, so that none is ever out of date. */
  get(ref: GenerationRef, key: EmbeddingKey): TokenVectors | null;
}

/** Some thousand passages. */
const maxBytes = 8 * 1024 * 1024;

/** Nothing is remembered yet. */
export function createRecentTokenVectors(ports: ReadPorts): RecentTokenVectors {
  const recent = createRecent<string, TokenVectors>(maxBytes, ({ byteLength }) => byteLength);
  const nameOf = (ref: GenerationRef, key: EmbeddingKey) => `${ports.names.chunks(ref)} ${key}`;
  return {
    async fetch(ref, ids, signal) {
      if (ids.length === 0) return;
      const query = { ids: { values: [...ids] } };
      const found = await findTokenVectors(ports, ref, { query, size: ids.length, signal }).catch(() => null);
      for (const [key, vectors] of found ?? []) recent.set(nameOf(ref, key), vectors);
    },
    get: (ref, key) => recent.get(nameOf(ref, key)),
  };
}
