import type { ChunkId, DocumentId, StoredChunk } from '@winnow/core';

/** A chunk joined with its document. */
export interface StoredChunkRow {
  readonly document_id: string;
  readonly title: string;
  readonly metadata: string;
  readonly chunk_id: string;
  readonly position: number;
  readonly start_offset: number;
  readonly end_offset: number;
  readonly headings: string;
  readonly text: string;
  readonly token_count: number;
}

/** With the chunk table named `chunk` and the document table named `document`. */
export const storedChunkColumns =
  'document.document_id, document.title, document.metadata, chunk.chunk_id, chunk.position, chunk.start_offset, chunk.end_offset, chunk.headings, chunk.text, chunk.token_count';

/** The row was written by this package, so its texts are what their types say. */
export function storedChunkOf(row: StoredChunkRow): StoredChunk {
  return {
    documentId: row.document_id as DocumentId,
    title: row.title,
    metadata: JSON.parse(row.metadata),
    chunkId: row.chunk_id as ChunkId,
    position: row.position,
    start: row.start_offset,
    end: row.end_offset,
    headings: JSON.parse(row.headings),
    text: row.text,
    tokenCount: row.token_count,
  };
}
