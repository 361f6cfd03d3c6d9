import type { DocumentId, ExportedChunk, ExportOptions, GenerationRef } from '@winnow/core';
import { indexError } from '../connection/index-error.ts';
import type { Refresher } from '../indexes/refresher.ts';
import { codeUnitOrder } from '../manifest/code-unit-order.ts';
import type { ManifestRecord } from '../manifest/manifest-record.ts';
import { type ChunkRecord, chunkOf } from './chunk-record.ts';
import { liveChunkIds } from './chunk-version.ts';
import { getChunks, type ReadPorts, readDocument } from './read-document.ts';
import { decodeVector } from './vector-codec.ts';

/** Documents listed at a time, and chunks read at a time unless one document has more. */
const documentsPerPage = 500;
const chunksPerRead = 300;

/**
 * Live chunks in order of document id and position. Documents are listed from the manifest and read by id:
 * one replaced meanwhile comes as it is then, one deleted meanwhile does not come, and one that has lost chunks or
 * vectors comes with what is left.
 */
export async function* exportChunks(
  ports: ReadPorts & { readonly refresher: Refresher },
  ref: GenerationRef,
  options: ExportOptions,
): AsyncIterable<ExportedChunk> {
  const index = ports.names.manifest(ref);
  await ports.refresher.refreshed(index, { signal: options.signal });
  let after: DocumentId | undefined;
  do {
    const page = await documentsAfter(ports, index, after, options.signal);
    for (const group of groupsOf(page)) {
      const together = await getChunks(
        ports,
        ref,
        group.flatMap((record) => liveChunkIds(record)),
        options,
      );
      const chunks = together.isDamaged ? await oneByOne(ports, ref, group, options) : together.chunks;
      for (const chunk of chunks) yield exportedOf(chunk, options.vectors);
    }
    after = page.at(-1)?.document_id;
  } while (after !== undefined);
}

async function documentsAfter(
  { connection }: ReadPorts,
  index: string,
  after: DocumentId | undefined,
  signal: AbortSignal,
): Promise<ManifestRecord[]> {
  const answer = await connection.read(
    (client, options) =>
      client.search<ManifestRecord>(
        {
          index,
          size: documentsPerPage,
          query: { exists: { field: 'live_version' } },
          sort: [{ export_order: 'asc' }],
          track_total_hits: false,
          allow_partial_search_results: false,
          ...(after === undefined ? {} : { search_after: [codeUnitOrder(after)] }),
        },
        options,
      ),
    signal,
  );
  return answer.hits.hits.map(({ _source }) => {
    if (_source === undefined) throw indexError('internal', `manifest ${index} keeps no source`);
    return _source;
  });
}

/** Neighbours whose chunks fit one read; a document is never split. */
function* groupsOf(records: readonly ManifestRecord[]): Iterable<readonly ManifestRecord[]> {
  let group: ManifestRecord[] = [];
  let chunks = 0;
  for (const record of records) {
    if (group.length > 0 && chunks + record.chunk_count > chunksPerRead) {
      yield group;
      group = [];
      chunks = 0;
    }
    group.push(record);
    chunks += record.chunk_count;
  }
  if (group.length > 0) yield group;
}

async function oneByOne(
  ports: ReadPorts,
  ref: GenerationRef,
  group: readonly ManifestRecord[],
  options: ExportOptions,
): Promise<ChunkRecord[]> {
  const chunks: ChunkRecord[] = [];
  for (const { document_id: documentId } of group) {
    const found = await readDocument(ports, ref, documentId, options);
    if (found.isDamaged) options.onDamaged?.(documentId);
    chunks.push(...found.chunks);
  }
  return chunks;
}

function exportedOf(record: ChunkRecord, vectors: boolean): ExportedChunk {
  const vector = vectors && record.vector !== undefined ? decodeVector(record.vector) : null;
  return { ...chunkOf(record), vector };
}
