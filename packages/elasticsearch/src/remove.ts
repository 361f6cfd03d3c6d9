import type { DocumentId, GenerationRef, RunId } from '@winnow/core';
import { liveChunkIds, type ManifestRecord, noWork } from './manifest-record.ts';
import { removeObsolete, type WritePorts } from './obsolete-chunks.ts';

/** Tombstones documents, then deletes their chunks. Safe to repeat: a tombstone stays as it is. */
export async function removeDocuments(
  ports: WritePorts,
  ref: GenerationRef,
  runId: RunId,
  documentIds: readonly DocumentId[],
  signal: AbortSignal,
): Promise<void> {
  const obsolete = new Map<DocumentId, readonly string[]>();
  await ports.table.update(
    ports.names.manifest(ref),
    documentIds,
    (documentId, current) => {
      if (current === null || current.state === 'deleted') return null;
      obsolete.set(documentId, liveChunkIds(current));
      return tombstone(current, runId);
    },
    signal,
  );
  await removeObsolete(ports, ports.names.chunks(ref), [...obsolete.values()].flat(), signal);
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
    run_id: runId,
    updated_at: new Date().toISOString(),
  };
}
