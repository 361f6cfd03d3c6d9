import type { DiscardedVersion, GenerationRef } from '@winnow/core';
import { type ChangeSteps, type CommitContext, changeChunks } from './change-chunks.ts';
import { deleteChunks } from './chunk-rows.ts';
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
    const slice = versions.slice(start, start + versionsPerTransaction);
    discarded += await changeChunks(context, ref, signal, async (steps) => {
      const removed: number[] = [];
      for (const { documentKey, version } of slice) {
        const places =
          version === null
            ? writingsOf(steps.statements, steps.generation, documentKey)
            : [{ documentKey, version }];
        for (const place of places) removed.push(...(await discardOne(steps, place)));
      }
      return { result: removed.length, changes: [{ added: [], removed }] };
    });
  }
  return discarded;
}

async function discardOne(steps: ChangeSteps, place: Place): Promise<readonly number[]> {
  const writing = writingAt(steps.statements, steps.generation, place);
  if (writing === null || isRead(steps, writing.document)) return [];
  return await deleteChunks(steps, writing.document);
}

/** Readers go by row id. What is pending has no chunks before it is live. */
function isRead({ statements, generation }: ChangeSteps, document: number): boolean {
  const sql = `SELECT 1 FROM ${generation.tables.document} WHERE id = ? AND live_revision IS NOT NULL`;
  return statements.get(sql, document) !== undefined;
}
