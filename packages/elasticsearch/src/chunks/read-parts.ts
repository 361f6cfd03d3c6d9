import type { DocumentPart, GenerationRef, StoredChunk } from '@winnow/core';
import { chunkOf } from './chunk-record.ts';
import { chunkDocumentId, liveChunkIds } from './chunk-version.ts';
import { getChunks, type ReadPorts, readDocument } from './read-document.ts';

/**
 * Parts of documents: their entries in one request, and the chunks of all in one after the other. A part that is not
 * whole is read again by itself: its document may have been replaced in between.
 */
export async function readParts(
  ports: ReadPorts,
  ref: GenerationRef,
  parts: readonly DocumentPart[],
  signal: AbortSignal,
): Promise<readonly (readonly StoredChunk[])[]> {
  const documentIds = parts.map(({ documentId }) => documentId);
  const records = await ports.table.read(ports.names.manifest(ref), documentIds, signal);
  const asked = parts.map(({ documentId, from, to }) => {
    const record = records.get(documentId);
    return { documentId, from, to, ids: record === undefined ? [] : liveChunkIds(record, { from, to }) };
  });
  const ids = [...new Set(asked.flatMap((part) => part.ids))];
  const found = await getChunks(ports, ref, ids, { vectors: false, signal });
  const byId = new Map(
    found.chunks.map((record) => [
      chunkDocumentId(record.document_key, record.version, record.position),
      record,
    ]),
  );
  const read: (readonly StoredChunk[])[] = [];
  for (const { documentId, from, to, ids: wanted } of asked) {
    const records = wanted.flatMap((id) => byId.get(id) ?? []);
    const options = { vectors: false, positions: { from, to }, signal };
    const whole =
      records.length === wanted.length
        ? records
        : (await readDocument(ports, ref, documentId, options)).chunks;
    read.push(whole.map(chunkOf));
  }
  return read;
}
