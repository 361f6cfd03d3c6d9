import {
  AppError,
  type ChunkId,
  type Filter,
  type RecallHit,
  type RecallQuery,
  type RecallResult,
  type StoredChunk,
} from '@winnow/core';
import type { Database } from './database.ts';
import { compileFilter } from './filter-sql.ts';
import type { Generation } from './generations.ts';
import { type AllowedDocuments, recallByTerms } from './recall-by-terms.ts';
import { type StoredChunkRow, storedChunkColumns, storedChunkOf } from './stored-chunk.ts';
import type { TermCounts } from './term-counts.ts';
import type { RowHit } from './ties.ts';
import type { VectorCaches } from './vector-caches.ts';

/** What searching needs beside the file. */
export interface RecallContext {
  readonly database: Database;
  readonly caches: VectorCaches;
  readonly termCounts: TermCounts;
}

/** Both legs over one snapshot: call it inside a read transaction. */
export function recallChunks(
  { database, caches, termCounts }: RecallContext,
  generation: Generation,
  query: RecallQuery,
): RecallResult {
  const { vector, terms, k } = query;
  if (vector !== null && vector.length !== generation.dimensions) {
    throw new AppError(
      'invalid_argument',
      `the query vector has ${vector.length} numbers, the index ${generation.dimensions}`,
    );
  }
  const allowed = query.filter === null ? null : allowedDocuments(database, generation, query.filter);
  const bm25 = terms === null ? [] : recallByTerms(database, termCounts, generation, { terms, k, allowed });
  const dense =
    vector === null
      ? []
      : caches
          .current(generation)
          .search(vector, k, allowed === null ? null : new Set<number>(JSON.parse(allowed)));

  const ids = chunkIdsOf(database, generation, [...bm25, ...dense]);
  const kept = { bm25: best(bm25, ids, k), dense: best(dense, ids, k) };
  const rows = [...new Set([...kept.bm25, ...kept.dense].map((hit) => hit.chunk))];
  return {
    bm25: kept.bm25.map(({ chunkId, score }) => ({ chunkId, score })),
    dense: kept.dense.map(({ chunkId, score }) => ({ chunkId, score })),
    chunks: chunksOf(database, generation, rows),
  };
}

function allowedDocuments(database: Database, { tables }: Generation, filter: Filter): AllowedDocuments {
  const condition = compileFilter(filter, { column: 'id', metadata: tables.metadata });
  const row = database.get<{ ids: string }>(
    `SELECT json_group_array(id) AS ids FROM ${tables.document} WHERE live_revision IS NOT NULL AND ${condition.sql}`,
    ...condition.values,
  );
  return row?.ids ?? '[]';
}

/** Of chunks whose document is live; others are left out. */
function chunkIdsOf(
  database: Database,
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
): readonly (RecallHit & { readonly chunk: number })[] {
  return hits
    .flatMap(({ chunk, score }) => {
      const chunkId = ids.get(chunk);
      return chunkId === undefined ? [] : [{ chunk, chunkId, score }];
    })
    .sort((left, right) => right.score - left.score || (left.chunkId < right.chunkId ? -1 : 1))
    .slice(0, k);
}

function chunksOf(
  database: Database,
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
