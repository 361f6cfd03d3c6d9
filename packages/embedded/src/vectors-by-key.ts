import type { EmbeddingKey } from '@winnow/core';
import type { Reads } from './database.ts';
import type { Generation } from './generations.ts';
import { soundVectorOf } from './stored-vector.ts';

/** Vectors by embedding key; one that is spoiled is passed over for another chunk's of the same key. */
export function soundVectorsByKey(
  database: Reads,
  generation: Generation,
  keys: readonly EmbeddingKey[],
): ReadonlyMap<EmbeddingKey, Float32Array> {
  const { dimensions } = generation;
  return database.read(() => {
    const found = new Map<EmbeddingKey, Float32Array>();
    for (const key of new Set(keys)) {
      const first = vectorsAt(database, generation, key, firstOnly);
      if (first.length === 0) continue;
      const vector =
        firstSound(first, dimensions) ?? firstSound(vectorsAt(database, generation, key, all), dimensions);
      if (vector !== null) found.set(key, vector);
    }
    return found;
  });
}

/** A text that every page repeats has one key and thousands of chunks: nearly always the first is sound. */
const firstOnly = 1;
const all = -1;

function vectorsAt(
  database: Reads,
  { tables }: Generation,
  key: EmbeddingKey,
  limit: number,
): readonly Uint8Array[] {
  const rows = database.all<{ vector: Uint8Array }>(
    `SELECT vector.vector FROM ${tables.chunk} AS chunk JOIN ${tables.vector} AS vector ON vector.chunk = chunk.id
     WHERE chunk.embedding_key = ? LIMIT ?`,
    key,
    limit,
  );
  return rows.map(({ vector }) => vector);
}

function firstSound(stored: readonly Uint8Array[], dimensions: number): Float32Array | null {
  for (const bytes of stored) {
    const vector = soundVectorOf(bytes, dimensions);
    if (vector !== null) return vector;
  }
  return null;
}
