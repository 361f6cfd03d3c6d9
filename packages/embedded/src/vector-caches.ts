import { type GenerationRef, nextTurn } from '@winnow/core';
import type { Reads } from './database.ts';
import { type Generation, generationOf } from './generations.ts';
import { createRowSlots } from './row-slots.ts';
import type { ScanHelper } from './shared-rows.ts';
import { soundVectorOf } from './stored-vector.ts';
import { createVectorBlocks, type LentBlock, type SoughtVector, type VectorBlocks } from './vector-blocks.ts';

/** Vectors read in one go, without letting other work of the process in between. */
const rowsPerTurn = 1_000;
const idsPerPage = 10_000;
/** Changes that a generation's vectors in memory have yet to follow; of more, the difference is read. */
const maxPendingChanges = 1_000;

/** What a commit did to the chunks of a generation, by row ids. */
export interface VectorChange {
  readonly generationId: number;
  /** The generation's number before; after it, it is the next one. */
  readonly changes: number;
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

/** What is kept in memory of a generation's vectors. */
export interface HeldVectors {
  readonly generationId: number;
  readonly bytes: number;
}

/**
 * The vectors of the generations that are searched, in memory, a byte a number. They follow the commits that are told to them one by
 * one; where one is missing, as after a commit by another process, the difference is read.
 */
export interface VectorCaches {
  /** Reads most of what is missing, in slices that let other work in between. */
  prepare(ref: GenerationRef): Promise<void>;
  /**
   * For each that is sought, chunks among which its best `k` are, and everything that ties with the last of them, as they stand
   * in the current read transaction: row ids, in no order. What is in the file says their scores.
   * @param allowed row ids of documents that may be found; null for all.
   */
  nearest(
    generation: Generation,
    sought: readonly SoughtVector[],
    allowed: ReadonlySet<number> | null,
  ): readonly (readonly number[])[];
  /**
   * Sends copies of what is in memory of a generation, letting other work in between.
   * @returns the state of the generation that they stand at; −1 where nothing is sent, or it changed meanwhile.
   */
  lend(ref: GenerationRef, send: (block: LentBlock) => void): Promise<number>;
  /**
   * Takes what another thread lends; searches wait for it, and read what it lacks.
   * @param receive resolves as {@link VectorCaches.lend} does.
   */
  borrow(ref: GenerationRef, receive: (take: (block: LentBlock) => void) => Promise<number>): void;
  /** Null where nothing is. */
  held(ref: GenerationRef): HeldVectors | null;
  /** Remembers a change until the generation is searched again. */
  follow(change: VectorChange): void;
  drop(generationId: number): void;
}

interface Cache {
  readonly physicalName: string;
  readonly blocks: VectorBlocks;
  /** The state of the generation that the blocks hold, at least; -1 while they are yet to be read. */
  changes: number;
  /** By the number they begin at. */
  readonly pending: Map<number, VectorChange>;
  /** Set while the blocks are being filled; several searches wait for one reading. */
  reading: Promise<void> | null;
  /** Set while another thread lends. */
  borrowing: Promise<void> | null;
}

/**
 * @param maxBytes generations that were not searched for longest leave memory above this.
 * @param helper of the searches; null: there is none.
 */
export function createVectorCaches(
  database: Reads,
  maxBytes: number,
  helper: ScanHelper | null = null,
): VectorCaches {
  /** Least recently used first. */
  const caches = new Map<number, Cache>();

  const cacheOf = (generation: Generation): Cache => {
    const cache = caches.get(generation.id) ?? {
      physicalName: generation.physicalName,
      blocks: createVectorBlocks(generation.dimensions, helper),
      changes: -1,
      pending: new Map(),
      reading: null,
      borrowing: null,
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
  /** The generation's vectors as they stand in the current read transaction. */
  const current = (generation: Generation): VectorBlocks => {
    const cache = cacheOf(generation);
    if (cache.changes === generation.changes) return cache.blocks;
    const path = pathTo(cache, generation.changes);
    for (const { removed } of path ?? []) for (const chunk of removed) cache.blocks.remove(chunk);
    const missing =
      path === null
        ? missingFrom(database, generation, cache.blocks)
        : path.flatMap(({ added }) => added).filter((chunk) => !cache.blocks.has(chunk));
    readInto(database, generation, cache.blocks, missing);
    arriveAt(cache, generation.changes);
    return cache.blocks;
  };
  const isKnown = (cache: Cache, generation: Generation) =>
    cache.changes >= generation.changes || pathTo(cache, generation.changes) !== null;

  return {
    async prepare(ref) {
      await cacheOf(generationOf(database, ref)).borrowing;
      const generation = generationOf(database, ref);
      const cache = cacheOf(generation);
      if (isKnown(cache, generation)) return;
      cache.reading ??= readInSlices(database, ref, generation, cache).finally(() => {
        cache.reading = null;
      });
      await cache.reading;
    },
    nearest: (generation, sought, allowed) => current(generation).nearest(sought, allowed),
    async lend(ref, send) {
      const generation = generationOf(database, ref);
      const cache = caches.get(generation.id);
      if (cache === undefined || !isKnown(cache, generation)) return -1;
      const { blocks } = cache;
      const { changes } = database.read(() => {
        const now = generationOf(database, ref);
        current(now);
        return now;
      });
      for (let index = 0; ; index += 1) {
        const block = blocks.lend(index);
        if (block === null) return cache.changes === changes ? changes : -1;
        send(block);
        await nextTurn();
      }
    },
    borrow(ref, receive) {
      const cache = cacheOf(generationOf(database, ref));
      if (cache.changes >= 0 || cache.reading !== null) return;
      cache.borrowing = receive((block) => cache.blocks.take(block))
        .then((changes) => {
          if (changes > cache.changes) arriveAt(cache, changes);
        })
        .finally(() => {
          cache.borrowing = null;
        });
    },
    held({ physicalName }) {
      for (const [generationId, { physicalName: of, blocks }] of caches) {
        if (of === physicalName) return { generationId, bytes: blocks.bytes };
      }
      return null;
    },
    follow(change) {
      const cache = caches.get(change.generationId);
      if (cache === undefined || change.changes < cache.changes) return;
      if (cache.pending.size >= maxPendingChanges) cache.pending.clear();
      cache.pending.set(change.changes, change);
    },
    drop(generationId) {
      caches.delete(generationId);
    },
  };
}

/** The changes that lead from what the blocks hold to a later state; null: they are not all known. */
function pathTo({ changes, pending }: Cache, target: number): readonly VectorChange[] | null {
  if (changes < 0 || changes > target || target - changes > pending.size) return null;
  const path: VectorChange[] = [];
  for (let at = changes; at < target; at++) {
    const change = pending.get(at);
    if (change === undefined) return null;
    path.push(change);
  }
  return path;
}

function arriveAt(cache: Cache, changes: number): void {
  cache.changes = changes;
  for (const at of cache.pending.keys()) if (at < changes) cache.pending.delete(at);
}

/** Chunks never change under their row id, so what is read here needs no transaction around it. */
async function readInSlices(
  database: Reads,
  ref: GenerationRef,
  generation: Generation,
  cache: Cache,
): Promise<void> {
  const { blocks } = cache;
  const missing = missingFrom(database, generation, blocks);
  for (let start = 0; start < missing.length; start += rowsPerTurn) {
    // The corpus may be deleted meanwhile, and made anew.
    if (generationOf(database, ref).id !== generation.id) return;
    readInto(database, generation, blocks, missing.slice(start, start + rowsPerTurn));
    await nextTurn();
  }
  // What was committed since the number was read may be among them already: following it once more changes nothing.
  if (generation.changes > cache.changes) arriveAt(cache, generation.changes);
}

/** Removes what the file no longer holds and @returns the live chunks that the blocks lack. */
function missingFrom(database: Reads, generation: Generation, blocks: VectorBlocks): readonly number[] {
  const held = [...blocks.chunks()];
  const inFile = createRowSlots();
  const missing: number[] = [];
  for (const id of liveChunks(database, generation)) {
    if (blocks.has(id)) inFile.set(id, 0);
    else missing.push(id);
  }
  for (const chunk of held) if (inFile.get(chunk) === null) blocks.remove(chunk);
  return missing;
}

/** Row ids, in pages: a list of a million in one answer is held three times over. */
function* liveChunks(database: Reads, { tables }: Generation): Iterable<number> {
  for (let last = 0; ; ) {
    const ids: readonly number[] = JSON.parse(
      database.get<{ ids: string }>(
        `SELECT json_group_array(id) AS ids FROM (
           SELECT chunk.id FROM ${tables.chunk} AS chunk JOIN ${tables.document} AS document ON document.id = chunk.document
           WHERE chunk.id > ? AND document.live_revision IS NOT NULL ORDER BY chunk.id LIMIT ${idsPerPage})`,
        last,
      )?.ids ?? '[]',
    );
    yield* ids;
    if (ids.length < idsPerPage) return;
    last = ids.at(-1) ?? last;
  }
}

/** A chunk without a sound vector is left out: it cannot be found by one. */
function readInto(
  database: Reads,
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
