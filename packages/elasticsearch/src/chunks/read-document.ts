import type { DocumentId, GenerationRef } from '@winnow/core';
import type { Connection } from '../connection/connection.ts';
import { missingItemError } from '../connection/server-fault.ts';
import type { IndexNames } from '../indexes/names.ts';
import type { ManifestTable } from '../manifest/manifest-table.ts';
import { type ChunkRecord, chunkFields } from './chunk-record.ts';
import { liveChunkIds, type Positions, routingOf } from './chunk-version.ts';

/** What readers work with. */
export interface ReadPorts {
  readonly connection: Connection;
  readonly table: ManifestTable;
  readonly names: IndexNames;
}

export interface ReadOptions {
  readonly vectors: boolean;
  /** What the vectors were computed from, too. */
  readonly keys?: boolean;
  readonly signal?: AbortSignal;
}

/** Chunks as they were found. */
export interface FoundChunks {
  readonly chunks: readonly ChunkRecord[];
  /** Some of those asked for are not there, or lack the vector that was asked for. */
  readonly isDamaged: boolean;
}

/** Chunks got in one request. */
const pageSize = 300;
/** A document may be replaced while it is read; more often than this, what is there of it is given. */
const maxRounds = 10;

/**
 * Live chunks of one document by position, all of one revision, as new as the manifest. Where some are missing
 * although the manifest stays the same, the document is damaged: what is left of it is given.
 *
 * @param positions inclusive; all where left out.
 */
export async function readDocument(
  ports: ReadPorts,
  ref: GenerationRef,
  documentId: DocumentId,
  options: ReadOptions & { readonly positions?: Positions },
): Promise<FoundChunks> {
  let last: { readonly version: string | null; readonly found: FoundChunks } | null = null;
  for (let round = 0; round < maxRounds; round += 1) {
    const manifest = ports.names.manifest(ref);
    const record = (await ports.table.read(manifest, [documentId], options.signal)).get(documentId);
    if (record === undefined) return { chunks: [], isDamaged: false };
    if (last !== null && last.version === record.live_version) return last.found;
    const ids = liveChunkIds(record, options.positions);
    const found = await getChunks(ports, ref, ids, options);
    if (!found.isDamaged) return found;
    last = { version: record.live_version, found };
  }
  return last?.found ?? { chunks: [], isDamaged: true };
}

/** Gets chunks by `_id`, in that order, whether a refresh made them visible or not. */
export async function getChunks(
  { connection, names }: ReadPorts,
  ref: GenerationRef,
  ids: readonly string[],
  { vectors, keys = false, signal }: ReadOptions,
): Promise<FoundChunks> {
  const chunks: ChunkRecord[] = [];
  const fields = [...chunkFields, ...(vectors ? ['vector'] : []), ...(keys ? ['embedding_key'] : [])];
  for (let at = 0; at < ids.length; at += pageSize) {
    const docs = ids.slice(at, at + pageSize).map((_id) => ({ _id, routing: routingOf(_id) }));
    const answer = await connection.read(
      (client, options) =>
        client.mget<ChunkRecord>(
          {
            index: names.chunks(ref),
            docs,
            _source_includes: fields,
            querystring: { _source_exclude_vectors: !vectors },
          },
          options,
        ),
      signal,
    );
    for (const doc of answer.docs) {
      if ('error' in doc) throw missingItemError(doc.error, names.chunks(ref), connection.address);
      if (doc._source !== undefined) chunks.push(doc._source);
    }
  }
  const lacksVector = vectors && chunks.some(({ vector }) => vector === undefined);
  return { chunks, isDamaged: lacksVector || chunks.length < ids.length };
}
