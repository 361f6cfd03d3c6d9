import type { DocumentKey, GenerationRef } from '@winnow/core';
import { chunkDeletes } from './chunk-record.ts';
import { type ManifestRecord, revisionOfVersion } from './manifest-record.ts';
import type { WritePorts } from './obsolete-chunks.ts';

const pageSize = 1_000;
/** Chunks deleted in one go; a longer version takes several. */
const deletePageSize = 5_000;

/**
 * Deletes chunks of versions that are neither live nor may yet be. Versions are listed before their
 * manifest entries are read: one that is dead by then stays dead, since revisions only grow.
 *
 * @returns how many chunks were deleted.
 */
export async function sweepChunks(
  ports: WritePorts,
  ref: GenerationRef,
  signal: AbortSignal,
): Promise<number> {
  const index = ports.names.chunks(ref);
  await refresh(ports, index, signal);
  let swept = 0;
  let after: VersionKey | undefined;
  do {
    const page = await versionsAfter(ports, index, after, signal);
    const keys = page.versions.map(({ document_key: key }) => key);
    const records = await ports.table.readByKey(ports.names.manifest(ref), keys, signal);
    for (const version of page.versions) {
      const record = records.get(version.document_key) ?? null;
      if (!mayBeRead(version, record)) swept += await deleteVersion(ports, index, version, signal);
    }
    after = page.after;
  } while (after !== undefined);
  if (swept > 0) await refresh(ports, index, signal);
  return swept;
}

/** One version of one document, as a composite aggregation names it. */
interface VersionKey {
  readonly document_key: DocumentKey;
  readonly version: string;
}

/** True for what is live, and for what the newest revision's worker may be about to make live. */
function mayBeRead({ version }: VersionKey, record: ManifestRecord | null): boolean {
  if (record === null) return false;
  if (record.live_version === version) return true;
  return record.live_revision !== record.revision && revisionOfVersion(version) === record.revision;
}

async function versionsAfter(
  { connection }: WritePorts,
  index: string,
  after: VersionKey | undefined,
  signal: AbortSignal,
): Promise<{ versions: readonly VersionKey[]; after: VersionKey | undefined }> {
  const answer = await connection.read(
    (client, options) =>
      client.search<
        unknown,
        { versions: { buckets: readonly { key: VersionKey }[]; after_key?: VersionKey } }
      >(
        {
          index,
          size: 0,
          allow_partial_search_results: false,
          aggs: {
            versions: {
              composite: {
                size: pageSize,
                sources: [
                  { document_key: { terms: { field: 'document_key' } } },
                  { version: { terms: { field: 'version' } } },
                ],
                ...(after === undefined ? {} : { after: { ...after } }),
              },
            },
          },
        },
        options,
      ),
    signal,
  );
  const versions = answer.aggregations?.versions;
  return { versions: versions?.buckets.map(({ key }) => key) ?? [], after: versions?.after_key };
}

async function deleteVersion(
  { connection, bulk }: WritePorts,
  index: string,
  version: VersionKey,
  signal: AbortSignal,
): Promise<number> {
  let deleted = 0;
  while (true) {
    const answer = await connection.read(
      (client, options) =>
        client.search(
          {
            index,
            size: deletePageSize,
            _source: false,
            allow_partial_search_results: false,
            query: {
              bool: {
                filter: [
                  { term: { document_key: version.document_key } },
                  { term: { version: version.version } },
                ],
              },
            },
          },
          options,
        ),
      signal,
    );
    const ids = answer.hits.hits.flatMap(({ _id }) => (_id === undefined ? [] : [_id]));
    const results = await bulk.write(index, chunkDeletes(ids), signal);
    deleted += results.filter(({ kind }) => kind === 'done').length;
    if (ids.length < deletePageSize) return deleted;
    await refresh({ connection }, index, signal);
  }
}

async function refresh(
  { connection }: Pick<WritePorts, 'connection'>,
  index: string,
  signal: AbortSignal,
): Promise<void> {
  await connection.read((client, options) => client.indices.refresh({ index }, options), signal);
}
