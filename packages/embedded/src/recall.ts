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
import { chooseTerms, matchExpression } from './search-terms.ts';
import { type StoredChunkRow, storedChunkColumns, storedChunkOf } from './stored-chunk.ts';
import type { VectorBlocks } from './vector-blocks.ts';

/** A chunk's row id and its score, higher is better. */
interface RowHit {
  readonly chunk: number;
  readonly score: number;
}

/** Row ids of the documents that a filter lets through, as JSON. */
type AllowedDocuments = string;

/**
 * Both legs over one snapshot. Inside a read transaction.
 * @param vectorsOf gives the generation's vectors; called only if the query has one.
 */
export function recallChunks(
  database: Database,
  generation: Generation,
  query: RecallQuery,
  vectorsOf: () => VectorBlocks,
): RecallResult {
  const { vector, terms, k } = query;
  if (vector !== null && vector.length !== generation.dimensions) {
    throw new AppError(
      'invalid_argument',
      `the query vector has ${vector.length} numbers, the index ${generation.dimensions}`,
    );
  }
  const allowed = query.filter === null ? null : allowedDocuments(database, generation, query.filter);
  const bm25 = terms === null ? [] : recallByTerms(database, generation, terms, k, allowed);
  const dense =
    vector === null
      ? []
      : vectorsOf().search(vector, k, allowed === null ? null : new Set<number>(JSON.parse(allowed)));

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

/** The best k by BM25, and everything that ties with the last of them. */
function recallByTerms(
  database: Database,
  generation: Generation,
  terms: readonly string[],
  k: number,
  allowed: AllowedDocuments | null,
): readonly RowHit[] {
  const chosen = chooseTerms(database, generation, terms);
  if (chosen.length === 0 || k < 1) return [];
  const { tables } = generation;
  const inAllowed =
    allowed === null
      ? ''
      : `AND +rowid IN (SELECT id FROM ${tables.chunk} WHERE document IN (SELECT value FROM json_each(?)))`;
  const match = [matchExpression(chosen), ...(allowed === null ? [] : [allowed])];
  const found = database.all<{ chunk: number; rank: number }>(
    `SELECT rowid AS chunk, rank FROM ${tables.terms} WHERE ${tables.terms} MATCH ? ${inAllowed} ORDER BY rank LIMIT ?`,
    ...match,
    k + 1,
  );
  const last = found[k - 1]?.rank;
  const cutsThroughTies = last !== undefined && found[k]?.rank === last;
  const rows = cutsThroughTies
    ? database.all<{ chunk: number; rank: number }>(
        `SELECT rowid AS chunk, rank FROM ${tables.terms} WHERE ${tables.terms} MATCH ? ${inAllowed} AND rank <= ? ORDER BY rank`,
        ...match,
        last,
      )
    : found.slice(0, k);
  // FTS5 gives better matches lower numbers, all below 0.
  return rows.map(({ chunk, rank }) => ({ chunk, score: -rank }));
}

function chunkIdsOf(
  database: Database,
  { tables }: Generation,
  hits: readonly RowHit[],
): ReadonlyMap<number, ChunkId> {
  const rows = database.all<{ id: number; chunk_id: string }>(
    `SELECT chunk.id, chunk.chunk_id FROM json_each(?) AS asked JOIN ${tables.chunk} AS chunk ON chunk.id = asked.value`,
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
