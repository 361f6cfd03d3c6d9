import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type DocumentId,
  documentKeyOf,
  type ExportedChunk,
  type GenerationRef,
  type StoredChunk,
} from '@winnow/core';
import type { Database } from './database.ts';
import { type Generation, generationOf } from './generations.ts';
import { type StoredChunkRow, storedChunkColumns, storedChunkOf } from './stored-chunk.ts';
import { throwIfAborted } from './throw-if-aborted.ts';
import { vectorOf } from './vector-caches.ts';

/** Documents read before other work of the process gets its turn. */
const documentsPerTurn = 50;

/** Live chunks of one document by position. */
export function chunksOfDocument(
  database: Database,
  { tables }: Generation,
  documentId: DocumentId,
  positions: { readonly from: number; readonly to: number } = { from: 0, to: Number.MAX_SAFE_INTEGER },
): readonly StoredChunk[] {
  const rows = database.all<StoredChunkRow>(
    `SELECT ${storedChunkColumns} FROM ${tables.document} AS document JOIN ${tables.chunk} AS chunk ON chunk.document = document.id
     WHERE document.document_key = ? AND chunk.position BETWEEN ? AND ? ORDER BY chunk.position`,
    documentKeyOf(documentId),
    positions.from,
    positions.to,
  );
  return rows.map(storedChunkOf);
}

/**
 * Streams all live chunks. Ids are sorted here, since SQLite orders text by code point and not by code
 * unit; each document is read whole, as it is at that moment.
 */
export async function* exportChunks(
  database: Database,
  ref: GenerationRef,
  options: { readonly vectors: boolean; readonly signal: AbortSignal },
): AsyncGenerator<ExportedChunk> {
  throwIfAborted(options.signal);
  const generation = generationOf(database, ref);
  const { tables } = generation;
  const documents = database
    .all<{ document_id: string }>(
      `SELECT document_id FROM ${tables.document} WHERE live_revision IS NOT NULL AND chunk_count > 0`,
    )
    .map((row) => row.document_id as DocumentId)
    .sort();
  for (const [index, documentId] of documents.entries()) {
    if (index % documentsPerTurn === documentsPerTurn - 1) await nextTurn();
    throwIfAborted(options.signal);
    yield* options.vectors
      ? withVectors(database, generation, documentId)
      : chunksOfDocument(database, generation, documentId).map((chunk) => ({ ...chunk, vector: null }));
  }
}

function withVectors(
  database: Database,
  { tables }: Generation,
  documentId: DocumentId,
): readonly ExportedChunk[] {
  const rows = database.all<StoredChunkRow & { readonly vector: Uint8Array }>(
    `SELECT ${storedChunkColumns}, vector.vector FROM ${tables.document} AS document
     JOIN ${tables.chunk} AS chunk ON chunk.document = document.id JOIN ${tables.vector} AS vector ON vector.chunk = chunk.id
     WHERE document.document_key = ? ORDER BY chunk.position`,
    documentKeyOf(documentId),
  );
  return rows.map((row) => ({ ...storedChunkOf(row), vector: vectorOf(row.vector) }));
}
