import { AppError, type DocumentId, type RawDocument, type SourceLocation } from '@winnow/core';
import type { OpenRecords } from './open-records.ts';
import type { RecordBytes } from './split-lines.ts';
import { hashOf, understand } from './understand.ts';

/**
 * Reads one record of a file.
 * @throws AppError `failed_precondition` if its place now holds another.
 * @throws NotWhole if nothing of the file can be trusted.
 */
export async function readRecord(
  { path, file, reader }: OpenRecords,
  documentId: DocumentId,
  location: SourceLocation,
  signal: AbortSignal,
): Promise<RawDocument> {
  const start = { offset: Number(location.offset), line: Number(location.line ?? 1) };
  const bytes = await file.slice(start.offset, Number(location.length), signal);
  const record = await firstOf(reader.split(only(bytes), start));
  const understood = record === null ? null : understand(record, reader);
  if (understood?.kind === 'record') {
    const { id, text, title, metadata } = understood.record;
    const contentHash = hashOf(understood.record);
    if (id === null ? contentHash === location.hash : id === documentId) {
      return {
        documentId,
        content: Buffer.from(text),
        mediaType: 'text/plain',
        title,
        metadata,
        contentHash,
      };
    }
  }
  throw new AppError('failed_precondition', `${path} has changed: ${documentId} is no longer where it was`);
}

async function firstOf(records: AsyncIterable<RecordBytes>): Promise<RecordBytes | null> {
  for await (const record of records) return record;
  return null;
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
