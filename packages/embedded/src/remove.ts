import { documentKeyOf, type GenerationRef, type RevisionRef, type RunId } from '@winnow/core';
import { type ChunkChange, type CommitContext, changeChunks } from './change-chunks.ts';
import { deleteChunks } from './chunk-rows.ts';
import { checkPlanner, type Generation } from './generations.ts';

/**
 * Tombstones documents that still have the revision given and removes their chunks, in one transaction.
 * @returns those that were removed.
 * @throws AppError `canceled` if another run was admitted.
 */
export function removeDocuments(
  context: CommitContext,
  ref: GenerationRef,
  runId: RunId,
  documents: readonly RevisionRef[],
): readonly RevisionRef[] {
  return changeChunks(context, ref, (generation) => {
    checkPlanner(generation, runId);
    const changes: ChunkChange[] = [];
    const result = documents.filter((document) => {
      const removed = removeOne(context, generation, runId, document);
      if (removed !== null) changes.push({ added: [], removed });
      return removed !== null;
    });
    return { result, changes };
  });
}

/** @returns row ids of the chunks that are gone; null where the document has another revision by now. */
function removeOne(
  { database, now }: CommitContext,
  generation: Generation,
  runId: RunId,
  { documentId, revision }: RevisionRef,
): readonly number[] | null {
  const { document } = generation.tables;
  const entry = database.get<{ id: number }>(
    `SELECT id FROM ${document} WHERE document_key = ? AND revision = ? AND state <> 'deleted'`,
    documentKeyOf(documentId),
    revision,
  );
  if (entry === undefined) return null;
  const removed = deleteChunks(database, generation, entry.id);
  database.run(
    `UPDATE ${document} SET state = 'deleted', revision = revision + 1, live_revision = NULL, chunk_count = 0,
       making = NULL, attempts = 0, reason = NULL, dismissed = 0, run_id = ?, embedded = 0, reused = 0,
       model_calls = 0, tokens = 0, updated_at = ?, title = '', metadata = '{}'
     WHERE id = ?`,
    runId,
    now().toISOString(),
    entry.id,
  );
  return removed;
}
