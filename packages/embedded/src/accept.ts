import {
  type DocumentState,
  documentKeyOf,
  type NewRevision,
  type RevisionRef,
  type RunId,
  type SourceLocation,
} from '@winnow/core';
import type { Statements } from './database.ts';
import { checkPlanner, type Generation } from './generations.ts';

/** What a run writes to the manifest; inside a write transaction. */
export interface PlannedWrite {
  readonly database: Statements;
  readonly generation: Generation;
  readonly runId: RunId;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
}

/**
 * Writes versions over the revisions that they were decided on.
 * @returns those that were written.
 * @throws AppError `canceled` if another run was admitted.
 */
export function acceptRevisions(
  write: PlannedWrite,
  revisions: readonly NewRevision[],
): readonly RevisionRef[] {
  checkPlanner(write.generation, write.runId);
  return revisions.flatMap((revision) => {
    const changes = revision.over === 0 ? insert(write, revision) : replace(write, revision);
    return changes === 0 ? [] : [{ documentId: revision.documentId, revision: revision.over + 1 }];
  });
}

/** Hands pending entries over to the run. @returns and throws as {@link acceptRevisions}. */
export function adoptDocuments(
  { database, generation, runId, updatedAt }: PlannedWrite,
  documents: readonly (RevisionRef & { readonly location: SourceLocation })[],
): readonly RevisionRef[] {
  checkPlanner(generation, runId);
  return documents.flatMap(({ documentId, revision, location }) => {
    const { changes } = database.run(
      `UPDATE ${generation.tables.document} SET run_id = ?, attempts = 0, location = ?, updated_at = ?
       WHERE document_key = ? AND revision = ? AND state = 'pending'`,
      runId,
      JSON.stringify(location),
      updatedAt,
      documentKeyOf(documentId),
      revision,
    );
    return changes === 0 ? [] : [{ documentId, revision }];
  });
}

function insert({ database, generation, runId, updatedAt }: PlannedWrite, revision: NewRevision): number {
  const { changes } = database.run(
    `INSERT INTO ${generation.tables.document}
       (document_key, document_id, revision, source_id, state, content_hash, bytes, location, lane, reason, run_id, updated_at)
     VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    documentKeyOf(revision.documentId),
    revision.documentId,
    ...acceptedValues(revision),
    runId,
    updatedAt,
  );
  return changes;
}

function replace({ database, generation, runId, updatedAt }: PlannedWrite, revision: NewRevision): number {
  const { changes } = database.run(
    `UPDATE ${generation.tables.document} SET
       source_id = ?, state = ?, content_hash = ?, bytes = ?, location = ?, lane = ?, reason = ?, run_id = ?,
       updated_at = ?, revision = revision + 1, attempts = 0, dismissed = 0, embedded = 0, reused = 0,
       model_calls = 0, tokens = 0
     WHERE document_key = ? AND revision = ?`,
    ...acceptedValues(revision),
    runId,
    updatedAt,
    documentKeyOf(revision.documentId),
    revision.over,
  );
  return changes;
}

function acceptedValues({ sourceId, contentHash, bytes, location, lane, reason }: NewRevision) {
  const state: DocumentState = reason === null ? 'pending' : 'failed';
  return [
    sourceId,
    state,
    contentHash,
    bytes,
    JSON.stringify(location),
    lane,
    reason === null ? null : JSON.stringify(reason),
  ] as const;
}
