import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  AppError,
  type CommitResult,
  type DocumentRevision,
  documentKeyOf,
  type GenerationRef,
  type IndexedChunk,
} from '@winnow/core';
import type { Database } from './database.ts';
import { storedValuesOf } from './filter-sql.ts';
import { countChange, type Generation, generationOf } from './generations.ts';
import { tokenText } from './token-text.ts';
import type { VectorRow } from './vector-blocks.ts';
import { bytesOf, type VectorCaches } from './vector-caches.ts';

/** Chunks written in one transaction, unless one document has more: the thread is blocked that long. */
const chunksPerTransaction = 256;

/** What a document's change did to the rows of chunks. */
interface ChunkChange {
  readonly added: readonly VectorRow[];
  readonly removed: readonly number[];
}

export interface CommitContext {
  readonly database: Database;
  readonly caches: VectorCaches;
  readonly now: () => Date;
}

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
    if (results.length > 0) await nextTurn();
    results.push(...changeChunks(context, ref, (generation) => commitSlice(context, generation, slice)));
  }
  return results;
}

/** @throws AppError `canceled`, or `deadline_exceeded` where a timeout aborted the signal. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw AppError.from(signal.reason);
}

/**
 * Runs a transaction that changes chunks, and lets the vectors in memory follow it.
 * @param work returns what the transaction is for, and what it did to the chunks.
 */
export function changeChunks<Result>(
  { database, caches }: CommitContext,
  ref: GenerationRef,
  work: (generation: Generation) => { readonly result: Result; readonly changes: readonly ChunkChange[] },
): Result {
  const done = database.write(() => {
    const generation = generationOf(database, ref);
    const { result, changes } = work(generation);
    const added = changes.flatMap((change) => change.added);
    const removed = changes.flatMap((change) => change.removed);
    const changed = added.length + removed.length > 0;
    if (changed) countChange(database, generation);
    return { result, generation, added, removed, changed };
  });
  if (done.changed) caches.follow(done);
  return done.result;
}

/** Removes all chunks of a document and what hangs on them. @returns the row ids that are gone. */
export function deleteChunks(
  database: Database,
  { tables }: Generation,
  document: number,
): readonly number[] {
  const rows = database
    .all<{ id: number }>(`SELECT id FROM ${tables.chunk} WHERE document = ?`, document)
    .map(({ id }) => id);
  for (const id of rows) {
    database.run(`DELETE FROM ${tables.terms} WHERE rowid = ?`, id);
    database.run(`DELETE FROM ${tables.tokens} WHERE rowid = ?`, id);
    database.run(`DELETE FROM ${tables.vector} WHERE chunk = ?`, id);
  }
  database.run(`DELETE FROM ${tables.chunk} WHERE document = ?`, document);
  database.run(`DELETE FROM ${tables.metadata} WHERE document = ?`, document);
  return rows;
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

function commitSlice(context: CommitContext, generation: Generation, slice: readonly DocumentRevision[]) {
  const changes: ChunkChange[] = [];
  const result = slice.map((revision): CommitResult => {
    const change = commitOne(context, generation, revision);
    if (change !== null) changes.push(change);
    const outcome = change === null ? 'superseded' : 'committed';
    return { documentId: revision.documentId, revision: revision.revision, outcome };
  });
  return { result, changes };
}

/** @returns null if the revision is superseded. */
function commitOne(
  { database, now }: CommitContext,
  generation: Generation,
  revision: DocumentRevision,
): ChunkChange | null {
  const { tables } = generation;
  const entry = database.get<{ id: number; state: string; revision: number; live_revision: number | null }>(
    `SELECT id, state, revision, live_revision FROM ${tables.document} WHERE document_key = ?`,
    documentKeyOf(revision.documentId),
  );
  if (entry === undefined || entry.state === 'deleted' || entry.revision !== revision.revision) return null;
  // The same commit once more, after an answer that was lost.
  if (entry.live_revision === revision.revision) return { added: [], removed: [] };

  const removed = deleteChunks(database, generation, entry.id);
  const added = revision.chunks.map((chunk) => insertChunk(database, generation, entry.id, chunk));
  for (const { field, value } of storedValuesOf(revision.metadata)) {
    // A list may hold a value twice.
    database.run(`INSERT OR IGNORE INTO ${tables.metadata} VALUES (?, ?, ?)`, field, value, entry.id);
  }
  database.run(
    `UPDATE ${tables.document} SET state = 'live', live_revision = revision, chunk_count = ?, content_hash = ?,
       reason = NULL, embedded = ?, reused = ?, model_calls = ?, tokens = ?, updated_at = ?, title = ?, metadata = ?
     WHERE id = ?`,
    revision.chunks.length,
    revision.contentHash,
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

function insertChunk(
  database: Database,
  { tables, dimensions }: Generation,
  document: number,
  chunk: IndexedChunk,
): VectorRow {
  if (chunk.vector.length !== dimensions) {
    throw new AppError(
      'failed_precondition',
      `the index holds vectors of ${dimensions} numbers, not ${chunk.vector.length}: the corpus was made with another embedding model`,
    );
  }
  const { lastRowId } = database.run(
    `INSERT INTO ${tables.chunk}
       (document, chunk_id, position, start_offset, end_offset, headings, text, token_count, embedding_key)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    document,
    chunk.chunkId,
    chunk.position,
    chunk.start,
    chunk.end,
    JSON.stringify(chunk.headings),
    chunk.text,
    chunk.tokenCount,
    chunk.embeddingKey,
  );
  database.run(`INSERT INTO ${tables.vector} VALUES (?, ?)`, lastRowId, bytesOf(chunk.vector));
  database.run(`INSERT INTO ${tables.terms} (rowid, terms) VALUES (?, ?)`, lastRowId, chunk.terms.join(' '));
  database.run(
    `INSERT INTO ${tables.tokens} (rowid, tokens) VALUES (?, ?)`,
    lastRowId,
    chunk.modelTokens.map(tokenText).join(' '),
  );
  return { chunk: lastRowId, document, vector: chunk.vector };
}
