import type { GenerationRef, IndexedVersion } from '@winnow/core';
import type { BulkOperation } from './bulk-writer.ts';
import { revisionOfVersion, routingOf } from './chunk-version.ts';
import type { ManifestRecord } from './manifest-record.ts';
import type { WritePorts } from './obsolete-chunks.ts';

/** Chunks deleted in one go; a longer version takes several. */
const pageSize = 5_000;

type Version = Pick<IndexedVersion, 'documentKey' | 'version'>;

/**
 * Deletes chunks of versions that are neither live nor may yet be.
 *
 * The chunks are found before the manifest is read, and each is deleted only as it was found. So a commit that writes
 * the same version anew meanwhile, as after a manifest that was lost, keeps its chunks.
 *
 * @returns how many chunks were deleted.
 */
export async function discardVersions(
  ports: WritePorts,
  ref: GenerationRef,
  versions: readonly Version[],
  signal: AbortSignal,
): Promise<number> {
  await ports.current.ensure(ref);
  const index = ports.names.chunks(ref);
  let deleted = 0;
  for (const version of versions) deleted += await discardVersion(ports, ref, version, signal);
  if (deleted > 0) await ports.refresher.refreshed(index, { signal });
  return deleted;
}

async function discardVersion(
  ports: WritePorts,
  ref: GenerationRef,
  version: Version,
  signal: AbortSignal,
): Promise<number> {
  const index = ports.names.chunks(ref);
  let deleted = 0;
  for (;;) {
    const found = await chunksOf(ports, index, version, signal);
    if (found.length === 0) return deleted;
    const { documentKey } = version;
    const records = await ports.table.readByKey(ports.names.manifest(ref), [documentKey], signal);
    if (mayBeRead(version.version, records.get(documentKey) ?? null)) return deleted;
    const results = await ports.bulk.write(index, found.map(deletionOf), { signal });
    deleted += results.filter(({ kind }) => kind === 'done').length;
    if (found.length < pageSize) return deleted;
    await ports.refresher.refreshed(index, { signal });
  }
}

/** True for what is live, and for what the newest revision's worker may be about to make live. */
function mayBeRead(version: string, record: ManifestRecord | null): boolean {
  if (record === null) return false;
  if (record.live_version === version) return true;
  return record.state === 'pending' && revisionOfVersion(version) === record.revision;
}

/** A chunk as it was found: another write of it has another number. */
interface FoundChunk {
  readonly _id: string;
  readonly if_seq_no: number;
  readonly if_primary_term: number;
}

async function chunksOf(
  { connection }: WritePorts,
  index: string,
  { documentKey, version }: Version,
  signal: AbortSignal,
): Promise<readonly FoundChunk[]> {
  const answer = await connection.read(
    (client, options) =>
      client.search(
        {
          index,
          routing: documentKey,
          size: pageSize,
          _source: false,
          seq_no_primary_term: true,
          track_total_hits: false,
          allow_partial_search_results: false,
          query: { bool: { filter: [{ term: { document_key: documentKey } }, { term: { version } }] } },
        },
        options,
      ),
    signal,
  );
  return answer.hits.hits.flatMap(({ _id, _seq_no: if_seq_no, _primary_term: if_primary_term }) =>
    _id === undefined || if_seq_no === undefined || if_primary_term === undefined
      ? []
      : [{ _id, if_seq_no, if_primary_term }],
  );
}

function deletionOf(chunk: FoundChunk): BulkOperation {
  const lines = `${JSON.stringify({ delete: { ...chunk, routing: routingOf(chunk._id) } })}\n`;
  return { action: 'delete', lines };
}
