import { setImmediate as nextTurn } from 'node:timers/promises';
import type { GenerationRef } from '@winnow/core';
import type { Database } from './database.ts';
import { type Generation, generationOf } from './generations.ts';
import { soundVectorOf } from './stored-vector.ts';
import { createVectorBlocks, type VectorBlocks, type VectorRow } from './vector-blocks.ts';

/** Vectors read in one go, without letting other work of the process in between. */
const rowsPerTurn = 1_000;
/** Generations that were not searched for longest leave memory above this. */
const maxBytes = 2 * 1024 ** 3;

/** What a commit changed, for the vectors in memory. */
interface VectorChange {
  readonly generation: Generation;
  readonly added: readonly VectorRow[];
  readonly removed: readonly number[];
}

/**
 * The vectors of the generations that are searched, in memory. They follow this process' commits one by
 * one; after a commit by another process the difference is read.
 */
export interface VectorCaches {
  /** Reads most of what is missing, in slices that let other work in between. */
  prepare(ref: GenerationRef): Promise<void>;
  /** The generation's vectors as they stand in the current read transaction. */
  current(generation: Generation): VectorBlocks;
  /** Follows a change, right after the transaction that made it from `generation.changes` to the next number. */
  follow(change: VectorChange): void;
  drop(generationId: number): void;
}

interface Cache {
  readonly blocks: VectorBlocks;
  /** The state of the generation that the blocks hold; -1 while they are yet to be read. */
  changes: number;
  /** Set while the blocks are being filled; several searches wait for one reading. */
  reading: Promise<void> | null;
}

export function createVectorCaches(database: Database): VectorCaches {
  /** Least recently used first. */
  const caches = new Map<number, Cache>();

  const cacheOf = (generation: Generation): Cache => {
    const cache = caches.get(generation.id) ?? {
      blocks: createVectorBlocks(generation.dimensions),
      changes: -1,
      reading: null,
    };
    caches.delete(generation.id);
    caches.set(generation.id, cache);
    let bytes = 0;
    for (const [id, other] of [...caches].reverse()) {
      bytes += other.blocks.bytes;
      if (bytes > maxBytes && id !== generation.id) caches.delete(id);
    }
    return cache;
  };

  return {
    async prepare(ref) {
      const generation = generationOf(database, ref);
      const cache = cacheOf(generation);
      if (cache.changes === generation.changes) return;
      cache.reading ??= readInSlices(database, ref, generation, cache.blocks).finally(() => {
        cache.reading = null;
      });
      await cache.reading;
    },
    current(generation) {
      const cache = cacheOf(generation);
      if (cache.changes !== generation.changes) {
        readInto(database, generation, cache.blocks, missingFrom(database, generation, cache.blocks));
        cache.changes = generation.changes;
      }
      return cache.blocks;
    },
    follow({ generation, added, removed }) {
      const cache = caches.get(generation.id);
      if (cache === undefined || cache.changes !== generation.changes) return;
      for (const chunk of removed) cache.blocks.remove(chunk);
      for (const row of added) cache.blocks.add(row);
      cache.changes = generation.changes + 1;
    },
    drop(generationId) {
      caches.delete(generationId);
    },
  };
}

/** Chunks never change under their row id, so what is read here needs no transaction around it. */
async function readInSlices(
  database: Database,
  ref: GenerationRef,
  generation: Generation,
  blocks: VectorBlocks,
): Promise<void> {
  const missing = missingFrom(database, generation, blocks);
  for (let start = 0; start < missing.length; start += rowsPerTurn) {
    // The corpus may be deleted meanwhile, and made anew.
    if (generationOf(database, ref).id !== generation.id) return;
    readInto(database, generation, blocks, missing.slice(start, start + rowsPerTurn));
    await nextTurn();
  }
}

/** Removes what the file no longer holds and @returns the live chunks that the blocks lack. */
function missingFrom(database: Database, { tables }: Generation, blocks: VectorBlocks): readonly number[] {
  const ids = JSON.parse(
    database.get<{ ids: string }>(
      `SELECT json_group_array(id) AS ids FROM ${tables.chunk}
       WHERE document IN (SELECT id FROM ${tables.document} WHERE live_revision IS NOT NULL)`,
    )?.ids ?? '[]',
  ) as readonly number[];
  const inFile = new Set(ids);
  for (const chunk of [...blocks.chunks()]) if (!inFile.has(chunk)) blocks.remove(chunk);
  return ids.filter((id) => !blocks.has(id));
}

/** A chunk without a sound vector is left out: it cannot be found by one. */
function readInto(
  database: Database,
  { tables, dimensions }: Generation,
  blocks: VectorBlocks,
  chunks: readonly number[],
): void {
  for (let start = 0; start < chunks.length; start += rowsPerTurn) {
    const rows = database.all<{ chunk: number; document: number; vector: Uint8Array }>(
      `SELECT chunk.id AS chunk, chunk.document, vector.vector
       FROM json_each(?) JOIN ${tables.chunk} AS chunk ON chunk.id = value JOIN ${tables.vector} AS vector ON vector.chunk = value`,
      JSON.stringify(chunks.slice(start, start + rowsPerTurn)),
    );
    for (const row of rows) {
      const vector = soundVectorOf(row.vector, dimensions);
      if (vector !== null) blocks.add({ ...row, vector });
    }
  }
}
