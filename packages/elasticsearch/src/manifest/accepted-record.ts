import type { NewRevision, RunId } from '@winnow/core';
import { blankRecord, failureFields, type ManifestRecord, noWork } from './manifest-record.ts';

/** The next revision over what is there, keeping what is live. */
export function acceptedRecord(
  current: ManifestRecord | null,
  runId: RunId,
  revision: NewRevision,
): ManifestRecord {
  const before = current ?? blankRecord(revision.documentId, runId, revision.contentHash);
  return {
    ...before,
    ...noWork,
    ...failureFields(revision.reason),
    source_id: revision.sourceId,
    state: revision.reason === null ? 'pending' : 'failed',
    revision: before.revision + 1,
    content_hash: revision.contentHash,
    bytes: revision.bytes,
    location: JSON.stringify(revision.location),
    lane: revision.lane,
    attempts: 0,
    dismissed: false,
    run_id: runId,
    updated_at: new Date().toISOString(),
  };
}
