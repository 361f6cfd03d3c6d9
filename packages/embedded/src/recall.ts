import {
  AppError,
  type ChunkId,
  type GenerationRef,
  type RecallHit,
  type RecallQuery,
  type RecallResult,
  type ScoredChunk,
  type StoredChunk,
} from '@winnow/core';
import type { AllowedCache } from './allowed-documents.ts';
import type { Reads } from './database.ts';
import { type Generation, generationOf } from './generations.ts';
import { prepareTerms } from './recall-by-terms.ts';
import type { RowHit } from './row-hit.ts';
import { type StoredChunkRow, storedChunkColumns, storedChunkOf } from './stored-chunk.ts';
import type { TermMemory } from './terms/term-memory.ts';
import { throwIfAborted } from './throw-if-aborted.ts';
import type { VectorCaches } from './vector-caches.ts';

/** What searching needs beside the file. */
export interface RecallContext {
  readonly database: Reads;
  readonly caches: VectorCaches;
  readonly termMemory: TermMemory;
  readonly allowedCache: AllowedCache;
}

/**
 * Both legs. What takes long, reading vectors and postings, is done before in slices that let other work
 * in between; then everything is put together over one snapshot.
 */
export async function recallChunks(
  context: RecallContext,
  ref: GenerationRef,
  query: RecallQuery,
): Promise<RecallResult> {
  const { database, caches } = context;
  throwIfAborted(query.signal);
  if (query.vector !== null) await caches.prepare(ref);
  const byTerms = query.terms === null ? null : await prepareTerms(context, ref, query, query.terms);
  throwIfAborted(query.signal);
  return database.read(() => {
    const generation = generationOf(database, ref);
    const bm25 = byTerms?.best(generation) ?? [];
    const dense = recallByVector(context, generation, query);
    return { ...resultOf(database, generation, query.k, bm25, dense), termsLeftOut: byTerms?.leftOut ?? 0 };
  });
}

function recallByVector(
  { caches, allowedCache }: RecallContext,
  generation: Generation,
  { vector, k, filter }: RecallQuery,
): readonly RowHit[] {
  if (vector === null) return [];
  if (vector.length !== generation.dimensions) {
    throw new AppError(
      'invalid_argument',
      `the query vector has ${vector.length} numbers, the index ${generation.dimensions}`,
    );
  }
  const allowed = allowedCache.of(generation, filter);
  return caches.search(generation, vector, k, allowed);
}

function resultOf(
  database: Reads,
  generation: Generation,
  k: number,
  bm25: readonly RowHit[],
  dense: readonly RowHit[],
): Omit<RecallResult, 'termsLeftOut'> {
  const ids = chunkIdsOf(database, generation, [...bm25, ...dense]);
  const kept = { bm25: best(bm25, ids, k), dense: best(dense, ids, k) };
  const rows = [...new Set([...kept.bm25, ...kept.dense].map((hit) => hit.chunk))];
  const chunks = chunksOf(database, generation, rows);
  return { bm25: placed(kept.bm25, chunks), dense: placed(kept.dense, chunks), chunks, around: new Map() };
}

function placed(
  hits: readonly ScoredChunk[],
  chunks: ReadonlyMap<ChunkId, StoredChunk>,
): readonly RecallHit[] {
  return hits.flatMap(({ chunkId, score }) => {
    const chunk = chunks.get(chunkId);
    return chunk === undefined
      ? []
      : [{ chunkId, score, documentId: chunk.documentId, position: chunk.position }];
  });
}

/** Of chunks whose document is live; others are left out. */
function chunkIdsOf(
  database: Reads,
  { tables }: Generation,
  hits: readonly RowHit[],
): ReadonlyMap<number, ChunkId> {
  const rows = database.all<{ id: number; chunk_id: string }>(
    `SELECT chunk.id, chunk.chunk_id FROM json_each(?) AS asked JOIN ${tables.chunk} AS chunk ON chunk.id = asked.value
     JOIN ${tables.document} AS document ON document.id = chunk.document AND document.live_revision IS NOT NULL`,
    JSON.stringify([...new Set(hits.map((hit) => hit.chunk))]),
  );
  return new Map(rows.map((row) => [row.id, row.chunk_id as ChunkId]));
}

/** Best first, ties by chunk id, at most k. */
function best(
  hits: readonly RowHit[],
  ids: ReadonlyMap<number, ChunkId>,
  k: number,
): readonly (ScoredChunk & { readonly chunk: number })[] {
  return hits
    .flatMap(({ chunk, score }) => {
      const chunkId = ids.get(chunk);
      return chunkId === undefined ? [] : [{ chunk, chunkId, score }];
    })
    .sort((left, right) => right.score - left.score || (left.chunkId < right.chunkId ? -1 : 1))
    .slice(0, k);
}

function chunksOf(
  database: Reads,
  { tables }: Generation,
  rows: readonly number[],
): ReadonlyMap<ChunkId, StoredChunk> {
  const found = database.all<StoredChunkRow>(
    `SELECT ${storedChunkColumns} FROM json_each(?) AS asked
     JOIN ${tables.chunk} AS chunk ON chunk.id = asked.value JOIN ${tables.document} AS document ON document.id = chunk.document`,
    JSON.stringify(rows),
  );
  return new Map(found.map(storedChunkOf).map((chunk) => [chunk.chunkId, chunk]));
}
