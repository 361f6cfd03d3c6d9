import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DiscardedVersion, GenerationRef } from '@winnow/core';
import { type CommitContext, changeChunks } from './change-chunks.ts';
import { deleteChunks } from './chunk-rows.ts';
import type { Generation } from './generations.ts';
import { throwIfAborted } from './throw-if-aborted.ts';
import { type Place, writingAt, writingsOf } from './writings.ts';

/** Documents whose chunks are removed in one transaction. */
const versionsPerTransaction = 20;

/**
 * Removes the chunks of writings that nobody reads. A commit is one transaction, so there are none unless rows of
 * the manifest were lost.
 * @returns how many chunks.
 */
export async function discardVersions(
  context: CommitContext,
  ref: GenerationRef,
  versions: readonly DiscardedVersion[],
  signal: AbortSignal,
): Promise<number> {
  let discarded = 0;
  for (let start = 0; start < versions.length; start += versionsPerTransaction) {
    throwIfAborted(signal);
    if (start > 0) await nextTurn();
    const slice = versions.slice(start, start + versionsPerTransaction);
    discarded += changeChunks(context, ref, (generation) => {
      const removed = slice.flatMap(({ documentKey, version }) => {
        const places =
          version === null
            ? writingsOf(context.database, generation, documentKey)
            : [{ documentKey, version }];
        return places.flatMap((place) => discardOne(context, generation, place));
      });
      return { result: removed.length, changes: [{ added: [], removed }] };
    });
  }
  return discarded;
}

function discardOne({ database }: CommitContext, generation: Generation, place: Place): readonly number[] {
  const writing = writingAt(database, generation, place);
  if (writing === null || isRead(database, generation, writing.document)) return [];
  return deleteChunks(database, generation, writing.document);
}

/** Readers go by row id. What is pending has no chunks before it is live. */
function isRead(database: CommitContext['database'], { tables }: Generation, document: number): boolean {
  const sql = `SELECT 1 FROM ${tables.document} WHERE id = ? AND live_revision IS NOT NULL`;
  return database.get(sql, document) !== undefined;
}
