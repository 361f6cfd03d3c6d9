import type { DocumentId, GenerationRef, RevisionRef, RunId } from '@winnow/core';
import { liveChunkIds, type ManifestRecord, noWork } from './manifest-record.ts';
import { removeObsolete, type WritePorts } from './obsolete-chunks.ts';
import { asPlanner } from './planner.ts';

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
  if (documents.length === 0) return [];
  await ports.current.ensure(ref);
  const revisions = new Map(documents.map(({ documentId, revision }) => [documentId, revision]));
  const removed = new Map<DocumentId, { readonly revision: number; readonly obsolete: readonly string[] }>();
  const change = (documentId: DocumentId, current: ManifestRecord | null): ManifestRecord | null => {
    removed.delete(documentId);
    if (current === null || current.state === 'deleted') return null;
    if (current.revision !== revisions.get(documentId)) return null;
    const record = tombstone(current, runId);
    removed.set(documentId, { revision: record.revision, obsolete: liveChunkIds(current) });
    return record;
  };
  await asPlanner(ports, ref, runId, (alias) =>
    ports.table.update(ports.names.manifest(ref), revisions.keys(), change, { signal, alias }),
  );
  const obsolete = [...removed.values()].flatMap((each) => each.obsolete);
  await removeObsolete(ports, ports.names.chunks(ref), obsolete, signal);
  return [...removed].map(([documentId, { revision }]) => ({ documentId, revision }));
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
