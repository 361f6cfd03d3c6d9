import type { estypes } from '@elastic/elasticsearch';
import type { DiscardedVersion, DocumentKey, GenerationRef } from '@winnow/core';
import type { BulkOperation } from '../bulk/bulk-writer.ts';
import type { LiveRecord, ManifestRecord } from '../manifest/manifest-record.ts';
import type { ChunkRecord } from './chunk-record.ts';
import { revisionOfVersion } from './chunk-version.ts';
import type { WritePorts } from './obsolete-chunks.ts';

/** Chunks deleted in one go; longer versions take several. */
const pageSize = 5_000;
/** Versions looked for together. */
const groupSize = 200;

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
  versions: readonly DiscardedVersion[],
  signal: AbortSignal,
): Promise<number> {
  await ports.current.ensure(ref);
  const index = ports.names.chunks(ref);
  let deleted = 0;
  for (let at = 0; at < versions.length; at += groupSize) {
    deleted += await discardGroup(ports, ref, versions.slice(at, at + groupSize), signal);
  }
  if (deleted > 0) await ports.refresher.refreshed(index, { signal });
  return deleted;
}

async function discardGroup(
  ports: WritePorts,
  ref: GenerationRef,
  versions: readonly DiscardedVersion[],
  signal: AbortSignal,
): Promise<number> {
  const index = ports.names.chunks(ref);
  const live = await liveVersions(ports, ref, versions, signal);
  const clauses = versions.map((version) => clauseOf(version, live));
  let deleted = 0;
  for (;;) {
    const found = await chunksOf(ports, index, clauses, signal);
    if (found.length === 0) return deleted;
    const keys = new Set(found.map(({ documentKey }) => documentKey));
    const records = await ports.table.readByKey(ports.names.manifest(ref), keys, signal);
    const dead = found.filter(
      ({ documentKey, version }) => !mayBeRead(version, records.get(documentKey) ?? null),
    );
    const results = await ports.bulk.write(index, dead.map(deletionOf), { signal });
    const done = results.filter(({ kind }) => kind === 'done').length;
    deleted += done;
    if (found.length < pageSize || done === 0) return deleted;
    await ports.refresher.refreshed(index, { signal });
  }
}

/** What is live of documents of which every version is to go: left out of the search, which they would fill. */
async function liveVersions(
  { table, names }: WritePorts,
  ref: GenerationRef,
  versions: readonly DiscardedVersion[],
  signal: AbortSignal,
): Promise<ReadonlyMap<DocumentKey, LiveRecord>> {
  const keys = versions.filter(({ version }) => version === null).map(({ documentKey }) => documentKey);
  return await table.readLive(names.manifest(ref), keys, signal);
}

function clauseOf(
  { documentKey, version }: DiscardedVersion,
  live: ReadonlyMap<DocumentKey, LiveRecord>,
): estypes.QueryDslQueryContainer {
  const ofDocument = { term: { document_key: documentKey } };
  if (version !== null) return { bool: { filter: [ofDocument, { term: { version } }] } };
  const liveVersion = live.get(documentKey)?.live_version ?? null;
  if (liveVersion === null) return ofDocument;
  return { bool: { filter: [ofDocument], must_not: [{ term: { version: liveVersion } }] } };
}

/** True for what is live, and for what the newest revision's worker may be about to make live. */
function mayBeRead(version: string, record: ManifestRecord | null): boolean {
  if (record === null) return false;
  if (record.live_version === version) return true;
  return record.state === 'pending' && revisionOfVersion(version) === record.revision;
}

/** A chunk as it was found: another write of it has another number. */
interface FoundChunk {
  readonly documentKey: DocumentKey;
  readonly version: string;
  readonly _id: string;
  readonly routing: string;
  readonly if_seq_no: number;
  readonly if_primary_term: number;
}

async function chunksOf(
  { connection }: WritePorts,
  index: string,
  should: estypes.QueryDslQueryContainer[],
  signal: AbortSignal,
): Promise<readonly FoundChunk[]> {
  const answer = await connection.read(
    (client, options) =>
      client.search<Pick<ChunkRecord, 'document_key' | 'version'>>(
        {
          index,
          size: pageSize,
          _source: ['document_key', 'version'],
          seq_no_primary_term: true,
          track_total_hits: false,
          allow_partial_search_results: false,
          query: { bool: { filter: [{ bool: { should } }] } },
        },
        options,
      ),
    signal,
  );
  return answer.hits.hits.flatMap(({ _id, _routing, _source, _seq_no, _primary_term }) =>
    _id === undefined || _source === undefined || _seq_no === undefined || _primary_term === undefined
      ? []
      : [
          {
            _id,
            documentKey: _source.document_key,
            version: _source.version,
            routing: _routing ?? _source.document_key,
            if_seq_no: _seq_no,
            if_primary_term: _primary_term,
          },
        ],
  );
}

function deletionOf({ _id, routing, if_seq_no, if_primary_term }: FoundChunk): BulkOperation {
  const action = { _id, routing, if_seq_no, if_primary_term };
  return { action: 'delete', lines: `${JSON.stringify({ delete: action })}\n` };
}
