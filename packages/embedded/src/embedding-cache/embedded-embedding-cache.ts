import type { EmbeddingCache, EmbeddingKey } from '@winnow/core';
import type { Database } from '../database.ts';
import { createLazyDatabase } from '../lazy-database.ts';
import { embeddingCacheFormat, entryBytes, pageBytes } from './embedding-cache-schema.ts';

export interface EmbeddedEmbeddingCacheOptions {
  /** The SQLite file, apart from the index: it belongs to no corpus and outlives them all. */
  readonly path: string;
  /**
   * What all entries may take in the file; 1 GiB by default, about 160,000 vectors of 1,536 dimensions. A put
   * that goes beyond drops the oldest in the same transaction.
   */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 1024 ** 3;

/**
 * The embedding cache in one SQLite file, which is made with the first put. Any number of processes may use
 * it at once; one that waits longer than two seconds for the others is `unavailable`.
 */
export function openEmbeddedEmbeddingCache(options: EmbeddedEmbeddingCacheOptions): EmbeddingCache {
  const { path, maxBytes = defaultMaxBytes } = options;
  const file = createLazyDatabase({ path, format: embeddingCacheFormat, pageBytes });
  return {
    async get(keys) {
      const database = file.ifThere();
      return database === null ? new Map() : database.read(() => find(database, keys));
    },
    async put(vectors) {
      if (vectors.size === 0) return;
      const database = file.made();
      database.write(() => insert(database, vectors, maxBytes));
    },
    async close() {
      file.close();
    },
  };
}

function find(database: Database, keys: readonly EmbeddingKey[]): ReadonlyMap<EmbeddingKey, Float32Array> {
  const found = new Map<EmbeddingKey, Float32Array>();
  for (const key of keys) {
    const row = database.get<{ vector: Uint8Array }>('SELECT vector FROM entry WHERE embedding_key = ?', key);
    if (row !== undefined) found.set(key, vectorOf(row.vector));
  }
  return found;
}

/** Room is made entry by entry, so that the file does not grow by a whole put and stay that large. */
function insert(
  database: Database,
  vectors: ReadonlyMap<EmbeddingKey, Float32Array>,
  maxBytes: number,
): void {
  let held = database.get<{ bytes: number }>('SELECT bytes FROM held')?.bytes ?? 0;
  for (const [key, vector] of vectors) {
    const { changes } = database.run(
      'INSERT INTO entry (embedding_key, vector) VALUES (?, ?) ON CONFLICT DO NOTHING',
      key,
      new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength),
    );
    if (changes > 0) held += entryBytes(vector.byteLength);
    while (held > maxBytes) held -= dropOldest(database) ?? held;
  }
  database.run('UPDATE held SET bytes = ?', held);
}

/** @returns bytes that were dropped; null if there was nothing to drop. */
function dropOldest(database: Database): number | null {
  const oldest = database.get<{ id: number; bytes: number }>(
    'SELECT id, length(vector) AS bytes FROM entry ORDER BY id LIMIT 1',
  );
  if (oldest === undefined) return null;
  database.run('DELETE FROM entry WHERE id = ?', oldest.id);
  return entryBytes(oldest.bytes);
}

/** A copy: the bytes of a row need not begin where a number may. */
function vectorOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer);
}
