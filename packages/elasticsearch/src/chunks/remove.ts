import type { DocumentId, GenerationRef, RevisionRef, RunId } from '@winnow/core';
import { type ManifestRecord, noWork } from '../manifest/manifest-record.ts';
import { asPlanner } from '../manifest/planner.ts';
import { liveChunkIds } from './chunk-version.ts';
import { removeObsolete, type WritePorts } from './obsolete-chunks.ts';

/** Documents tombstoned before their chunks are deleted. */
const pageSize = 500;

/**
 * Tombstones documents that still have the revision that was decided on, then deletes their chunks. Safe to repeat: a
 * tombstone stays as it is.
 */
export async function removeDocuments(
  ports: WritePorts,
  ref: GenerationRef,
  runId: RunId,
  documents: readonly RevisionRef[],
  signal: AbortSignal,
): Promise<readonly RevisionRef[]> {
  const removed: RevisionRef[] = [];
  if (documents.length > 0) await ports.current.ensure(ref);
  for (let at = 0; at < documents.length; at += pageSize) {
    const page = new Map(
      documents.slice(at, at + pageSize).map((document) => [document.documentId, document]),
    );
    const obsolete = await entomb(ports, ref, runId, page, signal);
    await removeObsolete(ports, ports.names.chunks(ref), [...obsolete.values()].flat(), signal);
    for (const [documentId, document] of page) if (obsolete.has(documentId)) removed.push(document);
  }
  return removed;
}

/** @returns the chunks of each document that was tombstoned. */
async function entomb(
  { table, names, connection }: WritePorts,
  ref: GenerationRef,
  runId: RunId,
  documents: ReadonlyMap<DocumentId, RevisionRef>,
  signal: AbortSignal,
): Promise<ReadonlyMap<DocumentId, readonly string[]>> {
  const obsolete = new Map<DocumentId, readonly string[]>();
  const change = (documentId: DocumentId, current: ManifestRecord | null): ManifestRecord | null => {
    obsolete.delete(documentId);
    if (current === null || current.state === 'deleted') return null;
    if (current.revision !== documents.get(documentId)?.revision) return null;
    obsolete.set(documentId, liveChunkIds(current));
    return tombstone(current, runId);
  };
  await asPlanner({ connection, names }, ref, runId, (alias) =>
    table.update(names.manifest(ref), documents.keys(), change, { signal, alias }),
  );
  return obsolete;
}

function tombstone(record: ManifestRecord, runId: RunId): ManifestRecord {
  return {
    ...record,
    ...noWork,
    state: 'deleted',
    revision: record.revision + 1,
    live_revision: null,
    live_version: null,
    chunk_count: 0,
    attempts: 0,
    reason: null,
    cause: null,
    dismissed: false,
    making: null,
    run_id: runId,
    updated_at: new Date().toISOString(),
  };
}
