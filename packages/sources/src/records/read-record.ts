import { AppError, type DocumentId, type RawDocument, type SourceLocation } from '@winnow/core';
import { NotWhole } from './not-whole.ts';
import type { OpenRecords } from './open-records.ts';
import type { RecordBytes } from './split-lines.ts';
import { hashOf, understand } from './understand.ts';

/**
 * Reads one record of a file.
 * @throws AppError `failed_precondition` if its place now holds another.
 */
export async function readRecord(
  { path, file, reader }: OpenRecords,
  documentId: DocumentId,
  location: SourceLocation,
  signal: AbortSignal,
): Promise<RawDocument> {
  const start = { offset: Number(location.offset), line: Number(location.line ?? 1) };
  const record = await firstRecord();
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

  async function firstRecord(): Promise<RecordBytes | null> {
    try {
      const bytes = await file.slice(start.offset, Number(location.length), signal);
      for await (const raw of reader.split(only(bytes), start)) return raw;
    } catch (error) {
      if (!(error instanceof NotWhole)) throw error;
    }
    return null;
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
