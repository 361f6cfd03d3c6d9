import type { CommitOptions, CommitResult, DocumentRevision, GenerationRef } from '@winnow/core';
import type { BulkOperation } from '../bulk/bulk-writer.ts';
import { indexError } from '../connection/index-error.ts';
import type { ManifestRecord } from '../manifest/manifest-record.ts';
import type { KnownRecords } from '../manifest/manifest-table.ts';
import { roundsWithoutRepeats } from '../manifest/rounds.ts';
import { chunkWrites } from './chunk-record.ts';
import { liveChunkIds } from './chunk-version.ts';
import { removeObsolete, type WritePorts } from './obsolete-chunks.ts';
import { decidedBy, endIfDecided, isOpen, ownChunkIds, startWriting, type Writing } from './writing.ts';

/**
 * The commit protocol: write chunks, make them visible, flip the manifest, remove what was live before.
 * Each step may be the last one that happens: before the flip nobody reads the new chunks, after it nobody
 * reads the old ones, and what is left over is found by a census.
 */
export async function commitRevisions(
  ports: WritePorts,
  ref: GenerationRef,
  revisions: readonly DocumentRevision[],
  signal: AbortSignal,
  { unread = false }: CommitOptions = {},
): Promise<readonly CommitResult[]> {
  const writings = revisions.map(startWriting);
  for (const round of roundsWithoutRepeats(writings, ({ revision }) => revision.documentId)) {
    await commitRound(ports, ref, round, { signal, unread });
  }
  return writings.map(({ result }) => {
    if (result === null) throw indexError('internal', 'a commit ended without a result');
    return result;
  });
}

async function commitRound(
  ports: WritePorts,
  ref: GenerationRef,
  writings: readonly Writing[],
  { signal, unread }: { readonly signal: AbortSignal; readonly unread: boolean },
): Promise<void> {
  const index = ports.names.chunks(ref);
  await ports.current.ensure(ref);
  const known = await endDecided(ports, ref, writings, signal);
  await writeChunks(ports, index, writings.filter(isOpen), signal);
  if (writings.some(isOpen)) {
    // Where nobody reads yet, they are made visible before somebody does.
    if (unread) ports.refresher.eventually(index);
    else await makeVisible(ports, index, writings.filter(isOpen), signal);
    await flip(ports, ref, writings.filter(isOpen), { known, signal });
  }
  const obsolete = writings.flatMap((writing) => writing.obsolete);
  await removeObsolete(ports, index, obsolete, signal);
}

/** Waits for a refresh that began after the chunks were written, shared with the commits of other lanes. */
async function makeVisible(
  { refresher }: WritePorts,
  index: string,
  writings: readonly Writing[],
  signal: AbortSignal,
): Promise<void> {
  if (writings.every(({ revision }) => revision.chunks.length === 0)) return;
  await refresher.refreshed(index, { sparing: true, signal });
}

/** Spares the work for revisions that are live already or can never be. @returns the records that say so. */
async function endDecided(
  { table, names }: WritePorts,
  ref: GenerationRef,
  writings: readonly Writing[],
  signal: AbortSignal,
): Promise<KnownRecords> {
  const index = names.manifest(ref);
  const idOf = ({ revision }: Writing) => revision.documentId;
  const remembered = await table.rememberedVersions(index, writings.map(idOf), signal);
  const doubtful = writings.filter(
    (writing) => decidedBy(writing, remembered.get(idOf(writing))?.record ?? null) !== null,
  );
  const read = await table.readVersions(index, doubtful.map(idOf), signal);
  for (const writing of doubtful) endIfDecided(writing, read.get(idOf(writing))?.record ?? null);
  return new Map([...remembered, ...read]);
}

async function writeChunks(
  { bulk }: WritePorts,
  index: string,
  writings: readonly Writing[],
  signal: AbortSignal,
): Promise<void> {
  const owners = writings.flatMap((writing) => writing.revision.chunks.map(() => writing));
  const results = await bulk.write(index, allWrites(writings), { signal });
  for (const [at, result] of results.entries()) {
    const writing = owners[at];
    if (writing === undefined || writing.result !== null || result.kind === 'done') continue;
    if (result.kind !== 'rejected') throw indexError('internal', `a chunk write ended as ${result.kind}`);
    const { documentId, revision } = writing.revision;
    const reason = { code: 'rejected_by_index' as const, message: result.message };
    writing.result = { documentId, revision, outcome: 'rejected', reason };
    writing.obsolete = ownChunkIds(writing);
  }
}

function* allWrites(writings: readonly Writing[]): Iterable<BulkOperation> {
  for (const { revision, version } of writings) yield* chunkWrites(revision, version);
}

async function flip(
  { table, names }: WritePorts,
  ref: GenerationRef,
  writings: readonly Writing[],
  { known, signal }: { readonly known: KnownRecords; readonly signal: AbortSignal },
): Promise<void> {
  const byId = new Map(writings.map((writing) => [writing.revision.documentId, writing]));
  const change = (writing: Writing, record: ManifestRecord | null): ManifestRecord | null => {
    endIfDecided(writing, record);
    if (writing.result !== null || record === null) return null;
    writing.obsolete = liveChunkIds(record);
    return flipped(record, writing);
  };
  await table.update(
    names.manifest(ref),
    byId.keys(),
    (documentId, record) => {
      const writing = byId.get(documentId);
      return writing === undefined ? null : change(writing, record);
    },
    { known, signal },
  );
  for (const writing of writings) {
    const { documentId, revision } = writing.revision;
    writing.result ??= { documentId, revision, outcome: 'committed' };
  }
}

function flipped(record: ManifestRecord, { revision, version }: Writing): ManifestRecord {
  return {
    ...record,
    state: 'live',
    live_revision: revision.revision,
    live_version: version,
    chunk_count: revision.chunks.length,
    content_hash: revision.contentHash,
    making: revision.making,
    reason: null,
    cause: null,
    dismissed: false,
    embedded: revision.usage.embedded,
    reused: revision.usage.reused,
    model_calls: revision.usage.modelCalls,
    tokens: revision.usage.tokens,
    updated_at: new Date().toISOString(),
  };
}
