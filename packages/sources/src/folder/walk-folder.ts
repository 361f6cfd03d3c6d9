import { realpath, stat } from 'node:fs/promises';
import type { FailureReason } from '@winnow/core';
import { nameOfOpen, openWithin } from '../open-within.ts';
import { type FolderEntry, listFolder, orderOf } from './list-folder.ts';
import { type FolderPlace, lookAgain, type Uncovered, uncoveredFolder } from './look-again.ts';
import type { PathFilter } from './path-filter.ts';
import { bytesOf, isInside, joinPaths, type RawPath, rawPathOf, rootPath } from './raw-path.ts';
import type { RootFolder } from './root-folder.ts';

/** A file met on the way: to be read, or not for a reason. */
export interface FoundFile {
  readonly kind: 'file';
  /** Relative path with `/`, in NFC: the same name on every file system. */
  readonly id: string;
  /** Relative path as the file system spells it. */
  readonly path: RawPath;
  /** Absolute, of what is to be read: links are resolved. */
  readonly target: RawPath;
  readonly folder: FolderPlace;
  readonly reason: FailureReason | null;
}

/** Folders with a longer path, in bytes, are not opened, so that a cursor has room for any path in one. */
const maxFolderPath = 2_700;

/**
 * Files below a folder that the filter takes, ordered by the bytes of their path, and folders that cannot be looked
 * into. One folder's names are in memory at a time, and those of the folders above it. Links to files inside the
 * root are followed; links that leave it are listed with a reason; links to folders are not followed, so there are
 * no cycles.
 * @param after lists only what comes behind this path, whether or not something is still there.
 * @param isAfterIn whether what is at that path is listed once more.
 * @throws AppError of the source if the root itself can no longer be read.
 */
export async function* walkFolder(
  root: RootFolder,
  filter: PathFilter,
  after: RawPath | null,
  signal: AbortSignal,
  isAfterIn = false,
): AsyncGenerator<FoundFile | Uncovered> {
  yield* walk('', rootPath, after);

  async function* walk(
    id: string,
    path: RawPath,
    from: RawPath | null,
  ): AsyncGenerator<FoundFile | Uncovered> {
    signal.throwIfAborted();
    const opened = await open(id, path);
    if ('kind' in opened) {
      yield opened;
      return;
    }
    const { folder, entries } = opened;
    const start = from === null ? null : startIn(from);
    for (const entry of entries) {
      const isOnTheWay = entry.kind === 'folder' && start?.folder === entry.spelled;
      const isAgain = isAfterIn && start?.folder === null && orderOf(entry) === start.order;
      if (start !== null && !isOnTheWay && !isAgain && orderOf(entry) <= start.order) continue;
      const entryId = id === '' ? entry.name : `${id}/${entry.name}`;
      const entryPath = joinPaths(path, entry.spelled);
      if (entry.kind === 'folder') {
        if (filter.mayHold(entryId)) yield* walk(entryId, entryPath, isOnTheWay ? start.rest : null);
      } else if (filter.takesFile(entryId)) {
        const target = root.absolute(entryPath);
        const file = { kind: 'file', id: entryId, path: entryPath, target, folder, reason: null } as const;
        if (entry.kind === 'file') yield file;
        else if (entry.kind === 'link') yield* follow(file);
      }
    }
  }

  async function open(id: string, path: RawPath): Promise<OpenedFolder | Uncovered> {
    if (path.length > maxFolderPath) {
      return {
        kind: 'uncovered',
        prefix: `${id}/`,
        reason: `its path is longer than ${maxFolderPath} bytes`,
      };
    }
    try {
      const target = root.absolute(path);
      const opened = await openWithin(target, [root.path], 'folder');
      try {
        const { dev } = await opened.stat({ bigint: true });
        return { folder: { id, path, dev }, entries: await listFolder(await nameOfOpen(opened, target)) };
      } finally {
        await opened.close();
      }
    } catch (error) {
      return await uncoveredFolder(root, { id }, error);
    }
  }

  async function* follow(link: FoundFile): AsyncGenerator<FoundFile | Uncovered> {
    try {
      const target = rawPathOf(await realpath(bytesOf(link.target), { encoding: 'buffer' }));
      if (!isInside(root.path, target)) {
        yield { ...link, reason: { code: 'unreadable', message: 'the link leads out of the folder' } };
      } else if ((await stat(bytesOf(target))).isFile()) yield { ...link, target };
    } catch (error) {
      const found = await lookAgain(root, link, error);
      if (found !== null) yield found.kind === 'uncovered' ? found : { ...link, reason: found.reason };
    }
  }
}

interface OpenedFolder {
  readonly folder: FolderPlace;
  readonly entries: readonly FolderEntry[];
}

/** Where a folder's entries go on behind a path in or below it. */
function startIn(from: RawPath): { order: string; folder: string | null; rest: RawPath } {
  const slash = from.indexOf('/');
  if (slash === -1) return { order: from, folder: null, rest: rootPath };
  const folder = from.slice(0, slash);
  return { order: `${folder}/`, folder, rest: from.slice(slash + 1) as RawPath };
}
