import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { AppError, type FailureReason } from '@winnow/core';
import type { PathFilter } from './path-filter.ts';

/** A file met on the way: to be read, or not for a reason. */
export interface FoundFile {
  /** Relative path with `/`, in NFC: the same name on every file system. */
  readonly id: string;
  /** Relative path as the file system spells it. */
  readonly path: string;
  readonly reason: FailureReason | null;
}

/**
 * Files below a folder that the filter takes, ordered by id. One folder's names are in memory at a time, and
 * those of the folders above it. Links to files inside the root are followed; links that leave it are listed
 * with a reason; links to folders are not followed, so there are no cycles.
 * @param root a real path.
 */
export async function* walkFolder(
  root: string,
  filter: PathFilter,
  signal: AbortSignal,
): AsyncGenerator<FoundFile> {
  yield* walk({ id: '', path: '' });

  async function* walk(directory: { id: string; path: string }): AsyncGenerator<FoundFile> {
    signal.throwIfAborted();
    let entries: Dirent[];
    try {
      entries = await readdir(join(root, directory.path), { withFileTypes: true });
    } catch (error) {
      if (directory.id === '') throw AppError.from(error);
      yield { ...directory, reason: unreadable(error) };
      return;
    }
    for (const { entry, name } of inOrder(entries)) {
      const id = directory.id === '' ? name : `${directory.id}/${name}`;
      const path = directory.path === '' ? entry.name : `${directory.path}/${entry.name}`;
      if (entry.isDirectory()) {
        if (filter.mayHold(id)) yield* walk({ id, path });
      } else if (filter.takesFile(id)) {
        if (entry.isFile()) yield { id, path, reason: null };
        else if (entry.isSymbolicLink()) yield* follow(id, path);
      }
    }
  }

  async function* follow(id: string, path: string): AsyncGenerator<FoundFile> {
    try {
      const target = await realpath(join(root, path));
      if (!isInside(root, target)) {
        yield { id, path, reason: { code: 'unreadable', message: 'the link leads out of the folder' } };
      } else if ((await stat(target)).isFile()) yield { id, path, reason: null };
    } catch (error) {
      yield { id, path, reason: unreadable(error) };
    }
  }
}

/** Whether a real path is the root or below it. */
export function isInside(root: string, target: string): boolean {
  return target === root || target.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** The reason to give where the file system refuses a path. */
export function unreadable(error: unknown): FailureReason {
  return { code: 'unreadable', message: `the file system refuses it: ${AppError.from(error).message}` };
}

/** By id of what is in them, so a folder sorts as `name/`. Two spellings of one name keep theirs. */
function inOrder(entries: readonly Dirent[]): { entry: Dirent; name: string }[] {
  const spelled = new Set(entries.map((entry) => entry.name));
  const named = entries.map((entry) => {
    const normal = entry.name.normalize('NFC');
    const name = normal !== entry.name && spelled.has(normal) ? entry.name : normal;
    return { entry, name, key: entry.isDirectory() ? `${name}/` : name };
  });
  return named.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}
