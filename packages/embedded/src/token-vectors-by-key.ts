import type { EmbeddingKey, TokenVectors } from '@winnow/core';
import type { Reads } from './database.ts';
import type { Generation } from './generations.ts';

/** Token vectors by embedding key, of the first chunk that has some. */
export function tokenVectorsByKey(
  database: Reads,
  { tables }: Generation,
  keys: readonly EmbeddingKey[],
): ReadonlyMap<EmbeddingKey, TokenVectors> {
  return database.read(() => {
    const found = new Map<EmbeddingKey, TokenVectors>();
    for (const key of new Set(keys)) {
      const row = database.get<{ vectors: TokenVectors }>(
        `SELECT vectors FROM ${tables.chunk} AS chunk JOIN ${tables.tokenVectors} AS kept ON kept.chunk = chunk.id
         WHERE chunk.embedding_key = ? LIMIT 1`,
        key,
      );
      if (row !== undefined) found.set(key, row.vectors);
    }
    return found;
  });
}
