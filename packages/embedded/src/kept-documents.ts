import {
  type ChunkId,
  type DocumentId,
  documentKeyOf,
  type EmbeddingKey,
  type KeptChunk,
  type KeptDocument,
} from '@winnow/core';
import type { Reads } from './database.ts';
import type { Generation } from './generations.ts';
import { type EntryRow, entryColumns, entryOf } from './manifest-entry.ts';
import { storedPlace } from './stored-chunk.ts';
import { soundVectorOf } from './stored-vector.ts';

/** Documents with their chunks, each read in one transaction. */
export function keptDocuments(
  database: Reads,
  generation: Generation,
  documentIds: readonly DocumentId[],
): readonly KeptDocument[] {
  return documentIds.flatMap((documentId) =>
    database.read(() => keptDocument(database, generation, documentId) ?? []),
  );
}

type DocumentRow = EntryRow & { readonly title: string; readonly metadata: string };

function keptDocument(database: Reads, generation: Generation, documentId: DocumentId): KeptDocument | null {
  const row = database.get<DocumentRow>(
    `SELECT ${entryColumns}, title, metadata FROM ${generation.tables.document} WHERE document_key = ?`,
    documentKeyOf(documentId),
  );
  if (row === undefined) return null;
  const entry = entryOf(row);
  const chunks = entry.liveRevision === null ? [] : chunksOf(database, generation, row.id);
  const hasChunks = chunks.length > 0;
  return {
    entry,
    title: hasChunks ? row.title : '',
    metadata: hasChunks ? JSON.parse(row.metadata) : {},
    chunks,
    isDamaged: chunks.length !== entry.chunkCount || chunks.some(({ vector }) => vector === null),
  };
}

interface ChunkRow {
  readonly chunk_id: string;
  readonly position: number;
  readonly start_offset: number;
  readonly end_offset: number;
  readonly headings: string;
  readonly text: string;
  readonly token_count: number;
  readonly embedding_key: string;
  readonly place: string | null;
  readonly vector: Uint8Array | null;
}

function chunksOf(
  database: Reads,
  { tables, dimensions }: Generation,
  document: number,
): readonly KeptChunk[] {
  const rows = database.all<ChunkRow>(
    `SELECT chunk_id, position, start_offset, end_offset, headings, text, token_count, embedding_key, place, vector.vector
     FROM ${tables.chunk} AS chunk LEFT JOIN ${tables.vector} AS vector ON vector.chunk = chunk.id
     WHERE document = ? ORDER BY position`,
    document,
  );
  return rows.map((row) => ({
    chunkId: row.chunk_id as ChunkId,
    position: row.position,
    start: row.start_offset,
    end: row.end_offset,
    headings: JSON.parse(row.headings),
    text: row.text,
    tokenCount: row.token_count,
    ...storedPlace(row.place),
    embeddingKey: row.embedding_key as EmbeddingKey,
    vector: soundVectorOf(row.vector, dimensions),
  }));
}
