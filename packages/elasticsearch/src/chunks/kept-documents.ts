import type { DocumentId, EmbeddingKey, GenerationRef, KeptChunk, KeptDocument } from '@winnow/core';
import { entryOf, type ManifestRecord } from '../manifest/manifest-record.ts';
import { type ChunkRecord, chunkOf } from './chunk-record.ts';
import { liveChunkIds } from './chunk-version.ts';
import { getChunks, type ReadPorts } from './read-document.ts';
import { decodeVector } from './vector-codec.ts';

/** A document may be replaced while it is read; more often than this, what is there of it is given. */
const maxRounds = 10;

/**
 * Documents with their chunks, got by `_id` together. One whose chunks are not all there is read again by itself as
 * long as it changes: it may have been replaced in between.
 */
export async function keptDocuments(
  ports: ReadPorts,
  ref: GenerationRef,
  documentIds: readonly DocumentId[],
  signal: AbortSignal,
): Promise<readonly KeptDocument[]> {
  const records = await ports.table.read(ports.names.manifest(ref), documentIds, signal);
  const ids = [...records.values()].flatMap((record) => liveChunkIds(record));
  const chunks = chunksByDocument(await chunksAt(ports, ref, ids, signal));
  const kept: KeptDocument[] = [];
  for (const documentId of documentIds) {
    const record = records.get(documentId);
    if (record === undefined) continue;
    const document = documentOf(record, chunks.get(documentId) ?? []);
    const again = document.isDamaged ? await readAgain(ports, ref, document, record, signal) : document;
    if (again !== null) kept.push(again);
  }
  return kept;
}

/** @returns null for a document that is no longer known. */
async function readAgain(
  ports: ReadPorts,
  ref: GenerationRef,
  damaged: KeptDocument,
  { document_id: documentId, live_version }: ManifestRecord,
  signal: AbortSignal,
): Promise<KeptDocument | null> {
  let found = damaged;
  let version = live_version;
  for (let round = 0; round < maxRounds; round += 1) {
    const record = (await ports.table.read(ports.names.manifest(ref), [documentId], signal)).get(documentId);
    if (record === undefined) return null;
    if (record.live_version === version) return found;
    version = record.live_version;
    found = documentOf(record, await chunksAt(ports, ref, liveChunkIds(record), signal));
    if (!found.isDamaged) return found;
  }
  return found;
}

async function chunksAt(
  ports: ReadPorts,
  ref: GenerationRef,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly ChunkRecord[]> {
  return (await getChunks(ports, ref, ids, { vectors: true, keys: true, signal })).chunks;
}

function chunksByDocument(chunks: readonly ChunkRecord[]): ReadonlyMap<DocumentId, readonly ChunkRecord[]> {
  const byDocument = new Map<DocumentId, ChunkRecord[]>();
  for (const chunk of chunks) {
    const own = byDocument.get(chunk.document_id);
    if (own === undefined) byDocument.set(chunk.document_id, [chunk]);
    else own.push(chunk);
  }
  return byDocument;
}

function documentOf(record: ManifestRecord, records: readonly ChunkRecord[]): KeptDocument {
  const entry = entryOf(record);
  const kept = records.map((chunk) => ({ shared: chunkOf(chunk), chunk: keptChunkOf(chunk) }));
  const chunks = kept.map(({ chunk }) => chunk);
  return {
    entry,
    title: kept[0]?.shared.title ?? '',
    metadata: kept[0]?.shared.metadata ?? {},
    chunks,
    isDamaged:
      chunks.length !== (entry.liveRevision === null ? 0 : entry.chunkCount) ||
      chunks.some(({ vector }) => vector === null),
  };
}

function keptChunkOf(record: ChunkRecord): KeptChunk {
  const { documentId: _id, title: _title, metadata: _metadata, ...chunk } = chunkOf(record);
  return {
    ...chunk,
    embeddingKey: record.embedding_key ?? ('' as EmbeddingKey),
    vector: record.vector === undefined ? null : decodeVector(record.vector),
  };
}
