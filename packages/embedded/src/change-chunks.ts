import { createTurns, type GenerationRef } from '@winnow/core';
import type { AddedChunk } from './chunk-rows.ts';
import type { Statements } from './database.ts';
import { indexChunk, unindexChunk } from './full-text-rows.ts';
import { countChange, type Generation, generationOf } from './generations.ts';
import type { IndexDatabase } from './index-database.ts';
import type { Reading } from './readers/reading.ts';

/** What changing chunks needs. */
export interface CommitContext {
  readonly database: IndexDatabase;
  readonly reading: Pick<Reading, 'follow'>;
  readonly now: () => Date;
}

/** What a document's change did to the rows of chunks. */
export interface ChunkChange {
  readonly added: readonly AddedChunk[];
  /** Row ids. */
  readonly removed: readonly number[];
}

/** A transaction that changes chunks of one generation. */
export interface ChangeSteps {
  readonly statements: Statements;
  readonly generation: Generation;
  /** To be awaited between two chunks, of which a document may have thousands: gives other work of the thread its turn. */
  readonly pause: () => Promise<void>;
}

/**
 * Runs a transaction that changes chunks, brings the full-text indexes in step, and lets the readers' vectors in memory
 * follow it.
 * @param work returns what the transaction is for, and what it did to the chunks; leaves the full-text indexes alone.
 * @param signal once it is aborted, nothing of the transaction is kept.
 */
export async function changeChunks<Result>(
  { database, reading }: CommitContext,
  ref: GenerationRef,
  signal: AbortSignal,
  work: (
    steps: ChangeSteps,
  ) => Promise<{ readonly result: Result; readonly changes: readonly ChunkChange[] }>,
): Promise<Result> {
  const pause = createTurns(signal);
  const { result } = await database.writeInSteps(
    async (statements) => {
      const generation = generationOf(statements, ref);
      const { result, changes } = await work({ statements, generation, pause });
      const added = changes.flatMap((change) => change.added);
      const removed = changes.flatMap((change) => change.removed);
      const changed = added.length + removed.length > 0;
      if (changed) countChange(statements, generation);
      // Last of all: FTS5 writes what it has gathered to the file whenever another statement runs triggers, as each change
      // of the manifest does; done document by document, that took two thirds of a commit.
      for (const id of removed) {
        unindexChunk(statements, generation.tables, id);
        await pause();
      }
      for (const chunk of added) {
        indexChunk(statements, generation.tables, chunk);
        await pause();
      }
      const { id: generationId, changes: version } = generation;
      const change = { generationId, changes: version, added: added.map(({ id }) => id), removed };
      return { result, change, changed };
    },
    ({ change, changed }) => {
      if (changed) reading.follow(change);
    },
  );
  return result;
}
