import type { GenerationRef } from '@winnow/core';
import type { Database } from './database.ts';
import { countChange, type Generation, generationOf } from './generations.ts';
import type { VectorRow } from './vector-blocks.ts';
import type { VectorCaches } from './vector-caches.ts';

/** What changing chunks needs. */
export interface CommitContext {
  readonly database: Database;
  readonly caches: VectorCaches;
  readonly now: () => Date;
}

/** What a document's change did to the rows of chunks. */
export interface ChunkChange {
  readonly added: readonly VectorRow[];
  readonly removed: readonly number[];
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
