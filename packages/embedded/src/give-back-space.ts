import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError, nextTurn } from '@winnow/core';
import type { Database, Rows } from './database.ts';
import type { IndexDatabase } from './index-database.ts';
import { throwIfAborted } from './throw-if-aborted.ts';

/** Pages moved in one transaction, 4 MB: the thread is blocked that long. */
const pagesPerTransaction = 512;
/** Rewritten in about a second. */
const rewrittenBelowBytes = 64 * 1024 * 1024;
/** A rewrite goes through a temporary file and the write-ahead log. */
const rewriteRoom = 3;

/**
 * Gives free pages back to the disk, a few at a time. Files that were begun before they could be shrunk keep theirs,
 * and fill them again.
 */
export async function giveBackSpace(database: IndexDatabase, signal: AbortSignal | null): Promise<void> {
  if (!isShrinkable(database)) return;
  for (let free = freePages(database); free > 0; ) {
    await database.write(({ execute }) => execute(`PRAGMA incremental_vacuum(${pagesPerTransaction})`));
    await nextTurn();
    if (signal !== null) throwIfAborted(signal);
    const left = freePages(database);
    if (left >= free) return;
    free = left;
  }
}

/**
 * Lets a file that was begun without that be shrunk from now on. Only by rewriting it, which blocks the process, and
 * takes the space three times: so a large one, or one on a nearly full disk, stays as it is. Its free pages are not
 * lost: what is ingested next goes there.
 *
 * @returns false where it stays as it is.
 */
export function makeShrinkable(database: Database): boolean {
  if (isShrinkable(database)) return true;
  const bytes = numberOf(database, 'page_count') * numberOf(database, 'page_size');
  if (bytes > rewrittenBelowBytes || roomBeside(database.path) < rewriteRoom * bytes) return false;
  try {
    database.execute('VACUUM');
  } catch (thrown) {
    // Nothing depends on it, and nothing was changed. The next start tries again.
    const { code } = AppError.from(thrown);
    if (code === 'internal') throw thrown;
  }
  return isShrinkable(database);
}

function roomBeside(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize;
  } catch {
    return 0;
  }
}

const incremental = 2;

function isShrinkable(database: Rows): boolean {
  return numberOf(database, 'auto_vacuum') === incremental;
}

function freePages(database: Rows): number {
  return numberOf(database, 'freelist_count');
}

function numberOf(database: Rows, pragma: string): number {
  const [value] = Object.values(database.get<Record<string, number>>(`PRAGMA ${pragma}`) ?? {});
  return value ?? 0;
}
