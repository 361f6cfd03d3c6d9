import { type DocumentId, documentKeyOf, type GenerationRef, type RunId } from '@winnow/core';
import { type CommitContext, changeChunks } from './change-chunks.ts';
import { deleteChunks } from './chunk-rows.ts';
import type { Generation } from './generations.ts';

/** Tombstones known documents and removes their chunks, in one transaction. */
export function removeDocuments(
  context: CommitContext,
  ref: GenerationRef,
  runId: RunId,
  documentIds: readonly DocumentId[],
): void {
  changeChunks(context, ref, (generation) => ({
    result: undefined,
    changes: documentIds.flatMap((documentId) => {
      const removed = removeOne(context, generation, runId, documentId);
      return removed === null ? [] : [{ added: [], removed }];
    }),
  }));
}

function removeOne(
  { database, now }: CommitContext,
  generation: Generation,
  runId: RunId,
  documentId: DocumentId,
): readonly number[] | null {
  const { document } = generation.tables;
  const entry = database.get<{ id: number; state: string }>(
    `SELECT id, state FROM ${document} WHERE document_key = ?`,
    documentKeyOf(documentId),
  );
  if (entry === undefined || entry.state === 'deleted') return null;
  const removed = deleteChunks(database, generation, entry.id);
  database.run(
    `UPDATE ${document} SET state = 'deleted', revision = revision + 1, live_revision = NULL, chunk_count = 0,
       attempts = 0, reason = NULL, run_id = ?, embedded = 0, reused = 0, model_calls = 0, tokens = 0,
       updated_at = ?, title = '', metadata = '{}'
     WHERE id = ?`,
    runId,
    now().toISOString(),
    entry.id,
  );
  return removed;
}
