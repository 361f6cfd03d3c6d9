import type { TokenEmbeddings } from '@winnow/core';

/** Token embeddings of queries that were embedded a moment ago, in memory. */
export interface RecentQueries {
  /** @returns shared: not to be written to. */
  get(query: string): TokenEmbeddings | null;
  set(query: string, tokens: TokenEmbeddings): void;
}

/** Several hundred questions of 20 tokens, or one of 512 with some dozens beside it. */
const maxBytes = 16 * 1024 ** 2;

/** @param bound bytes of vectors; above it those that were not asked for longest go. */
export function createRecentQueries(bound = maxBytes): RecentQueries {
  const entries = new Map<string, TokenEmbeddings>();
  let bytes = 0;

  function drop(query: string): void {
    bytes -= entries.get(query)?.vectors.byteLength ?? 0;
    entries.delete(query);
  }

  return {
    get(query) {
      const tokens = entries.get(query);
      if (tokens === undefined) return null;
      entries.delete(query);
      entries.set(query, tokens);
      return tokens;
    },
    set(query, tokens) {
      drop(query);
      entries.set(query, tokens);
      bytes += tokens.vectors.byteLength;
      for (const oldest of entries.keys()) {
        if (bytes <= bound) break;
        drop(oldest);
      }
    },
  };
}
