import {
  type DocumentId,
  type DocumentPart,
  documentKeyOf,
  type ExportedChunk,
  type ExportOptions,
  type GenerationRef,
  nextTurn,
  type StoredChunk,
} from '@winnow/core';
import type { Reads } from './database.ts';
import { type Generation, generationOf, whileThere } from './generations.ts';
import { type StoredChunkRow, storedChunkColumns, storedChunkOf } from './stored-chunk.ts';
import { soundVectorOf } from './stored-vector.ts';
import { throwIfAborted } from './throw-if-aborted.ts';

/** Documents read before other work of the process gets its turn. */
const documentsPerTurn = 50;

/** Live chunks of one document by position. */
export function chunksOfDocument(
  database: Reads,
  { tables }: Generation,
  documentId: DocumentId,
  positions: { readonly from: number; readonly to: number } = { from: 0, to: Number.MAX_SAFE_INTEGER },
): readonly StoredChunk[] {
  const rows = database.all<StoredChunkRow>(
    `SELECT ${storedChunkColumns} FROM ${tables.document} AS document JOIN ${tables.chunk} AS chunk ON chunk.document = document.id
     WHERE document.document_key = ? AND document.live_revision IS NOT NULL AND chunk.position BETWEEN ? AND ?
     ORDER BY chunk.position`,
    documentKeyOf(documentId),
    positions.from,
    positions.to,
  );
  return rows.map(storedChunkOf);
}

/** Parts of documents, all as they are at one moment. */
export function partsOfDocuments(
  database: Reads,
  ref: GenerationRef,
  parts: readonly DocumentPart[],
): readonly (readonly StoredChunk[])[] {
  return database.read(() => {
    const generation = generationOf(database, ref);
    return parts.map(({ documentId, from, to }) =>
      chunksOfDocument(database, generation, documentId, { from, to }),
    );
  });
}

/**
 * Streams all live chunks. Ids are sorted here, since SQLite orders text by code point and not by code
 * unit; each document is read whole, as it is at that moment. A vector that is spoiled is null.
 */
export async function* exportChunks(
  database: Reads,
  ref: GenerationRef,
  { vectors, signal, onDamaged }: ExportOptions,
): AsyncGenerator<ExportedChunk> {
  throwIfAborted(signal);
  const documents = await whileThere(database, ref, (generation) => liveDocuments(database, generation));
  for (const [index, documentId] of documents.entries()) {
    if (index % documentsPerTurn === documentsPerTurn - 1) await nextTurn();
    throwIfAborted(signal);
    const { chunks, whole } = database.read(() =>
      readDocument(database, generationOf(database, ref), documentId, vectors),
    );
    if (!whole) onDamaged?.(documentId);
    yield* chunks;
  }
}

function liveDocuments(database: Reads, { tables }: Generation): readonly DocumentId[] {
  return database
    .all<{ document_id: string }>(
      `SELECT document_id FROM ${tables.document} WHERE live_revision IS NOT NULL AND chunk_count > 0`,
    )
    .map((row) => row.document_id as DocumentId)
    .sort();
}

interface ReadDocument {
  readonly chunks: readonly ExportedChunk[];
  /** All chunks are there that the manifest counts, with their vectors as far as they were asked for. */
  readonly whole: boolean;
}

function readDocument(
  database: Reads,
  generation: Generation,
  documentId: DocumentId,
  vectors: boolean,
): ReadDocument {
  const { tables } = generation;
  const counted = database.get<{ chunks: number }>(
    `SELECT chunk_count AS chunks FROM ${tables.document} WHERE document_key = ? AND live_revision IS NOT NULL`,
    documentKeyOf(documentId),
  );
  const chunks = vectors
    ? withVectors(database, generation, documentId)
    : chunksOfDocument(database, generation, documentId).map((chunk) => ({ ...chunk, vector: null }));
  const complete = chunks.length === (counted?.chunks ?? 0);
  return { chunks, whole: complete && !(vectors && chunks.some(({ vector }) => vector === null)) };
}

function withVectors(
  database: Reads,
  { tables, dimensions }: Generation,
  documentId: DocumentId,
): readonly ExportedChunk[] {
  const rows = database.all<StoredChunkRow & { readonly vector: Uint8Array | null }>(
    `SELECT ${storedChunkColumns}, vector.vector FROM ${tables.document} AS document
     JOIN ${tables.chunk} AS chunk ON chunk.document = document.id LEFT JOIN ${tables.vector} AS vector ON vector.chunk = chunk.id
     WHERE document.document_key = ? AND document.live_revision IS NOT NULL ORDER BY chunk.position`,
    documentKeyOf(documentId),
  );
  return rows.map((row) => ({ ...storedChunkOf(row), vector: soundVectorOf(row.vector, dimensions) }));
}
