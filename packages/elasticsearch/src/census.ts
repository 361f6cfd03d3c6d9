import type { CensusQuery, DocumentId, DocumentKey, GenerationRef, IndexedVersion } from '@winnow/core';
import { type ChunkRecord, chunkDeletes } from './chunk-record.ts';
import { type ManifestRecord, revisionOfVersion } from './manifest-record.ts';
import type { WritePorts } from './obsolete-chunks.ts';

/** Chunks deleted in one go; a longer version takes several. */
const deletePageSize = 5_000;

interface VersionKey {
  readonly document_key: DocumentKey;
  readonly version: string;
}

interface VersionBucket {
  readonly key: VersionKey;
  readonly doc_count: number;
  readonly broken: { readonly doc_count: number };
}

/** What the index holds, one bucket a version of a document, in order of document key and version. */
export async function takeCensus(
  { connection, names, refresher }: WritePorts,
  ref: GenerationRef,
  { after, limit }: CensusQuery,
  signal: AbortSignal,
): Promise<readonly IndexedVersion[]> {
  const index = names.chunks(ref);
  await refresher.refreshed(index);
  const answer = await connection.read(
    (client, options) =>
      client.search<unknown, { versions: { buckets: readonly VersionBucket[] } }>(
        {
          index,
          size: 0,
          allow_partial_search_results: false,
          aggs: {
            versions: {
              composite: {
                size: limit,
                sources: [
                  { document_key: { terms: { field: 'document_key' } } },
                  { version: { terms: { field: 'version' } } },
                ],
                ...(after === undefined
                  ? {}
                  : { after: { document_key: after.documentKey, version: after.version } }),
              },
              // The server takes no vector that is not of length 1: one that is there is sound.
              aggs: { broken: { filter: { bool: { must_not: [{ exists: { field: 'vector' } }] } } } },
            },
          },
        },
        options,
      ),
    signal,
  );
  return (answer.aggregations?.versions.buckets ?? []).map(({ key, doc_count: chunks, broken }) => ({
    documentKey: key.document_key,
    version: key.version,
    revision: revisionOfVersion(key.version),
    chunks,
    broken: broken.doc_count,
  }));
}

/** The id that a chunk of each document names. */
export async function identifyDocuments(
  { connection, names }: Pick<WritePorts, 'connection' | 'names'>,
  ref: GenerationRef,
  keys: readonly DocumentKey[],
): Promise<ReadonlyMap<DocumentKey, DocumentId>> {
  if (keys.length === 0) return new Map();
  const answer = await connection.read((client, options) =>
    client.search<Pick<ChunkRecord, 'document_id' | 'document_key'>>(
      {
        index: names.chunks(ref),
        size: keys.length,
        query: { bool: { filter: [{ terms: { document_key: [...keys] } }] } },
        collapse: { field: 'document_key' },
        _source: ['document_id', 'document_key'],
        track_total_hits: false,
        allow_partial_search_results: false,
      },
      options,
    ),
  );
  return new Map(
    answer.hits.hits.flatMap(({ _source }) =>
      _source === undefined ? [] : [[_source.document_key, _source.document_id] as const],
    ),
  );
}

/**
 * Deletes chunks of versions that are neither live nor may yet be, as the manifest says at this moment. Revisions only
 * grow, so that one which is dead stays dead.
 */
export async function discardVersions(
  ports: WritePorts,
  ref: GenerationRef,
  versions: readonly Pick<IndexedVersion, 'documentKey' | 'version'>[],
  signal: AbortSignal,
): Promise<number> {
  const keys = versions.map(({ documentKey }) => documentKey);
  const records = await ports.table.readByKey(ports.names.manifest(ref), keys, signal);
  let deleted = 0;
  for (const version of versions) {
    if (mayBeRead(version.version, records.get(version.documentKey) ?? null)) continue;
    deleted += await deleteVersion(ports, ports.names.chunks(ref), version, signal);
  }
  if (deleted > 0) await ports.refresher.refreshed(ports.names.chunks(ref));
  return deleted;
}

/** True for what is live, and for what the newest revision's worker may be about to make live. */
function mayBeRead(version: string, record: ManifestRecord | null): boolean {
  if (record === null) return false;
  if (record.live_version === version) return true;
  return record.state === 'pending' && revisionOfVersion(version) === record.revision;
}

async function deleteVersion(
  { connection, bulk, refresher }: WritePorts,
  index: string,
  { documentKey, version }: Pick<IndexedVersion, 'documentKey' | 'version'>,
  signal: AbortSignal,
): Promise<number> {
  let deleted = 0;
  for (;;) {
    const answer = await connection.read(
      (client, options) =>
        client.search(
          {
            index,
            size: deletePageSize,
            _source: false,
            allow_partial_search_results: false,
            query: { bool: { filter: [{ term: { document_key: documentKey } }, { term: { version } }] } },
          },
          options,
        ),
      signal,
    );
    const ids = answer.hits.hits.flatMap(({ _id }) => (_id === undefined ? [] : [_id]));
    const results = await bulk.write(index, chunkDeletes(ids), signal);
    deleted += results.filter(({ kind }) => kind === 'done').length;
    if (ids.length < deletePageSize) return deleted;
    await refresher.refreshed(index);
  }
}
