import { AppError, type DocumentId, type GenerationRef } from '@winnow/core';
import type { ChunkRecord } from './chunk-record.ts';
import type { Connection } from './connection.ts';
import { missingItemError } from './errors.ts';
import { liveChunkIds } from './manifest-record.ts';
import type { ManifestTable } from './manifest-table.ts';
import type { IndexNames } from './names.ts';

/** What readers work with. */
export interface ReadPorts {
  readonly connection: Connection;
  readonly table: ManifestTable;
  readonly names: IndexNames;
}

export interface ReadOptions {
  readonly vectors: boolean;
  readonly signal?: AbortSignal;
}

/** Chunks got in one request. */
const pageSize = 300;
/** A document may be replaced while it is read; more often than this is not. */
const maxRounds = 10;

/**
 * Live chunks of one document by position, all of one revision, as new as the manifest.
 *
 * @param positions inclusive; all where left out.
 */
export async function readDocument(
  ports: ReadPorts,
  ref: GenerationRef,
  documentId: DocumentId,
  options: ReadOptions & { readonly positions?: { readonly from: number; readonly to: number } },
): Promise<readonly ChunkRecord[]> {
  const { from = 0, to = Number.POSITIVE_INFINITY } = options.positions ?? {};
  for (let round = 0; round < maxRounds; round += 1) {
    const manifest = ports.names.manifest(ref);
    const record = (await ports.table.read(manifest, [documentId], options.signal)).get(documentId);
    if (record === undefined) return [];
    const ids = liveChunkIds(record).filter((_, position) => position >= from && position <= to);
    const chunks = await getChunks(ports, ref, ids, options);
    if (chunks !== null) return chunks;
  }
  throw new AppError('unavailable', 'the document is replaced faster than it can be read: try again', {
    context: { documentId },
  });
}

/**
 * Gets chunks by `_id`, in that order, whether a refresh made them visible or not.
 * @returns null if any is gone: its version is not live any more.
 */
export async function getChunks(
  { connection, names }: ReadPorts,
  ref: GenerationRef,
  ids: readonly string[],
  { vectors, signal }: ReadOptions,
): Promise<readonly ChunkRecord[] | null> {
  const chunks: ChunkRecord[] = [];
  for (let at = 0; at < ids.length; at += pageSize) {
    const page = ids.slice(at, at + pageSize);
    const answer = await connection.read(
      (client, options) =>
        client.mget<ChunkRecord>(
          { index: names.chunks(ref), ids: page, querystring: { _source_exclude_vectors: !vectors } },
          options,
        ),
      signal,
    );
    for (const doc of answer.docs) {
      if ('error' in doc) throw missingItemError(doc.error, names.chunks(ref), connection.address);
      if (doc._source === undefined) return null;
      chunks.push(doc._source);
    }
  }
  return chunks;
}
