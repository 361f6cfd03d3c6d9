import { type CommitResult, type DocumentRevision, documentKeyOf, type GenerationRef } from '@winnow/core';
import { type ChangeSteps, type ChunkChange, type CommitContext, changeChunks } from './change-chunks.ts';
import { deleteChunks, insertChunks } from './chunk-rows.ts';
import { storedValuesOf } from './filter-sql.ts';
import { throwIfAborted } from './throw-if-aborted.ts';

/** Chunks written in one transaction, unless one document has more: other writes wait that long. */
const chunksPerTransaction = 256;

/** Commits documents in transactions of a bounded size, each document whole in one of them. */
export async function commitRevisions(
  context: CommitContext,
  ref: GenerationRef,
  revisions: readonly DocumentRevision[],
  signal: AbortSignal,
): Promise<readonly CommitResult[]> {
  const results: CommitResult[] = [];
  for (const slice of slicesOf(revisions)) {
    throwIfAborted(signal);
    results.push(
      ...(await changeChunks(context, ref, signal, (steps) => commitSlice(steps, slice, context.now))),
    );
  }
  return results;
}

function* slicesOf(revisions: readonly DocumentRevision[]): Generator<readonly DocumentRevision[]> {
  let slice: DocumentRevision[] = [];
  let chunks = 0;
  for (const revision of revisions) {
    if (slice.length > 0 && chunks + revision.chunks.length > chunksPerTransaction) {
      yield slice;
      slice = [];
      chunks = 0;
    }
    slice.push(revision);
    chunks += revision.chunks.length;
  }
  if (slice.length > 0) yield slice;
}

async function commitSlice(steps: ChangeSteps, slice: readonly DocumentRevision[], now: () => Date) {
  const changes: ChunkChange[] = [];
  const result: CommitResult[] = [];
  for (const revision of slice) {
    const change = await commitOne(steps, revision, now);
    if (change !== null) changes.push(change);
    const outcome = change === null ? 'superseded' : 'committed';
    result.push({ documentId: revision.documentId, revision: revision.revision, outcome });
  }
  return { result, changes };
}

/** @returns null if the revision is superseded. */
async function commitOne(
  steps: ChangeSteps,
  revision: DocumentRevision,
  now: () => Date,
): Promise<ChunkChange | null> {
  const { statements, generation } = steps;
  const { tables } = generation;
  const entry = statements.get<{ id: number; state: string; revision: number; live_revision: number | null }>(
    `SELECT id, state, revision, live_revision FROM ${tables.document} WHERE document_key = ?`,
    documentKeyOf(revision.documentId),
  );
  if (entry === undefined || entry.revision !== revision.revision) return null;
  // The same commit once more, after an answer that was lost.
  if (entry.live_revision === revision.revision) return { added: [], removed: [] };
  if (entry.state !== 'pending') return null;

  const removed = await deleteChunks(steps, entry.id);
  const added = await insertChunks(steps, entry.id, revision);
  for (const { field, value } of storedValuesOf(revision.metadata)) {
    // A list may hold a value twice.
    statements.run(`INSERT OR IGNORE INTO ${tables.metadata} VALUES (?, ?, ?)`, field, value, entry.id);
  }
  statements.run(
    `UPDATE ${tables.document} SET state = 'live', live_revision = revision, chunk_count = ?, content_hash = ?,
       making = ?, reason = NULL, embedded = ?, reused = ?, model_calls = ?, tokens = ?, updated_at = ?, title = ?, metadata = ?
     WHERE id = ?`,
    revision.chunks.length,
    revision.contentHash,
    revision.making,
    revision.usage.embedded,
    revision.usage.reused,
    revision.usage.modelCalls,
    revision.usage.tokens,
    now().toISOString(),
    revision.title,
    JSON.stringify(revision.metadata),
    entry.id,
  );
  return { added, removed };
}
