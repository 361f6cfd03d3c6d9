import type { GenerationRef } from '@winnow/core';
import type { Database } from './database.ts';
import { countChange, type Generation, generationOf } from './generations.ts';
import type { Reading } from './readers/reading.ts';

/** What changing chunks needs. */
export interface CommitContext {
  readonly database: Database;
  readonly reading: Pick<Reading, 'follow'>;
  readonly now: () => Date;
}

/** What a document's change did to the rows of chunks. */
export interface ChunkChange {
  /** Row ids. */
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

/**
 * Runs a transaction that changes chunks, and lets the readers' vectors in memory follow it.
 * @param work returns what the transaction is for, and what it did to the chunks.
 */
export function changeChunks<Result>(
  { database, reading }: CommitContext,
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
    const change = { generationId: generation.id, changes: generation.changes, added, removed };
    return { result, change, changed };
  });
  if (done.changed) reading.follow(done.change);
  return done.result;
}
