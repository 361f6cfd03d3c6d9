import {
  type Chunk,
  type ChunkId,
  type DocumentId,
  type Place,
  placeOf,
  type StoredChunk,
} from '@winnow/core';

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
  readonly place: string | null;
}

/** With the chunk table named `chunk` and the document table named `document`. */
export const storedChunkColumns =
  'document.document_id, document.title, document.metadata, chunk.chunk_id, chunk.position, chunk.start_offset, chunk.end_offset, chunk.headings, chunk.text, chunk.token_count, chunk.place';

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
    ...storedPlace(row.place),
  };
}

/** Null where the chunk's format has no places. */
export function placeColumn(chunk: Chunk): string | null {
  const place = JSON.stringify(placeOf(chunk));
  return place === '{}' ? null : place;
}

export function storedPlace(column: string | null): Place {
  return column === null ? {} : placeOf(JSON.parse(column));
}
