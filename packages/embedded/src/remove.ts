import { documentKeyOf, type GenerationRef, type RevisionRef, type RunId } from '@winnow/core';
import { type ChangeSteps, type ChunkChange, type CommitContext, changeChunks } from './change-chunks.ts';
import { deleteChunks } from './chunk-rows.ts';
import { checkPlanner } from './generations.ts';

/**
 * Tombstones documents that still have the revision given and removes their chunks, in one transaction.
 * @returns those that were removed.
 * @throws AppError `canceled` if another run was admitted.
 */
export async function removeDocuments(
  context: CommitContext,
  ref: GenerationRef,
  runId: RunId,
  documents: readonly RevisionRef[],
  signal: AbortSignal,
): Promise<readonly RevisionRef[]> {
  return await changeChunks(context, ref, signal, async (steps) => {
    checkPlanner(steps.generation, runId);
    const changes: ChunkChange[] = [];
    const result: RevisionRef[] = [];
    for (const document of documents) {
      const removed = await removeOne(steps, runId, document, context.now);
      if (removed === null) continue;
      changes.push({ added: [], removed });
      result.push(document);
    }
    return { result, changes };
  });
}

/** @returns row ids of the chunks that are gone; null where the document has another revision by now. */
async function removeOne(
  steps: ChangeSteps,
  runId: RunId,
  { documentId, revision }: RevisionRef,
  now: () => Date,
): Promise<readonly number[] | null> {
  const { statements, generation } = steps;
  const { document } = generation.tables;
  const entry = statements.get<{ id: number }>(
    `SELECT id FROM ${document} WHERE document_key = ? AND revision = ? AND state <> 'deleted'`,
    documentKeyOf(documentId),
    revision,
  );
  if (entry === undefined) return null;
  const removed = await deleteChunks(steps, entry.id);
  statements.run(
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
