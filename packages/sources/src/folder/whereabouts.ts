import { lstat, stat } from 'node:fs/promises';
import type { LostPlace } from '@winnow/core';
import { troubleOf } from '../file-trouble.ts';
import { listFolder } from './list-folder.ts';
import { bytesOf, joinPaths, type RawPath, rootPath } from './raw-path.ts';
import { isEmpty, type RootFolder } from './root-folder.ts';

/**
 * What is to be said of a document that a walk through the folder did not meet.
 * - `missing`: there is no file that is called so
 * - `unknown`: it is there after all, or a folder on the way cannot be looked into
 * - a place: nothing at all is there, and nothing was taken from it since: the place of an unmounted drive looks like that
 */
export type Whereabouts = 'missing' | 'unknown' | LostPlace;

/**
 * @param path where it was, if that is known.
 * @param takenUpAt when it was there, or later. A file that is deleted changes the folder that it was in, and what is
 * mounted over a folder does not: one that is empty and older than this never had the file.
 */
export async function whereaboutsOf(
  root: RootFolder,
  id: string,
  path: RawPath | null,
  takenUpAt?: string,
): Promise<Whereabouts> {
  try {
    if (path !== null && !(await isThere(root.absolute(path)))) {
      return (await lostFolderOf(root, id, path, takenUpAt)) ?? 'missing';
    }
    // What is there may be called otherwise: the file system may ignore case, or a name have given way to another.
    return await lookFor(root, id, takenUpAt);
  } catch (error) {
    if (troubleOf(error) === null) throw error;
    return 'unknown';
  }
}

async function isThere(path: RawPath): Promise<boolean> {
  try {
    await lstat(bytesOf(path));
    return true;
  } catch (error) {
    if (troubleOf(error) === 'gone') return false;
    throw error;
  }
}

/**
 * Looks into the folders above a path, as far down as there are any.
 * @throws where one of them cannot be looked into.
 */
async function lostFolderOf(
  root: RootFolder,
  id: string,
  path: RawPath,
  takenUpAt: string | undefined,
): Promise<LostPlace | null> {
  const names = path.split('/').slice(0, -1) as RawPath[];
  const folders = [rootPath, ...names.map((_, at) => names.slice(0, at + 1).join('/') as RawPath)];
  for (const [depth, folder] of folders.entries()) {
    const state = await stateOf(root.absolute(folder));
    if (state === 'gone') return null;
    if (state === 'empty' && (await hasLostSince(root.absolute(folder), takenUpAt))) return null;
    if (state !== 'held') return lostPlace(id, depth, state);
  }
  return null;
}

/** What can be seen of a place in which documents were. */
async function stateOf(folder: RawPath): Promise<'held' | 'empty' | 'dangling' | 'gone'> {
  try {
    return (await isEmpty(folder)) ? 'empty' : 'held';
  } catch (error) {
    if (troubleOf(error) !== 'gone') throw error;
    return (await isDangling(folder)) ? 'dangling' : 'gone';
  }
}

/** Whether something was taken from an empty folder since then. */
async function hasLostSince(folder: RawPath, takenUpAt: string | undefined): Promise<boolean> {
  if (takenUpAt === undefined) return false;
  return (await stat(bytesOf(folder))).mtimeMs > Date.parse(takenUpAt);
}

async function isDangling(path: RawPath): Promise<boolean> {
  const status = await lstat(bytesOf(path)).catch(() => null);
  return status?.isSymbolicLink() === true && !(await stat(bytesOf(path)).catch(() => null));
}

/** @param depth folders of the id that are above what is lost, that place included. */
function lostPlace(id: string, depth: number, state: 'empty' | 'dangling'): LostPlace {
  const names = id.split('/').slice(0, depth);
  return { prefix: names.map((name) => `${name}/`).join(''), reason: reasons[state] };
}

const reasons = {
  empty:
    'the folder is empty; if it is on a drive, is that mounted? To let its documents go, delete the folder itself',
  dangling:
    'the link leads to nothing; if that is on a drive, is it mounted? To let the documents go, delete the link',
};

async function lookFor(root: RootFolder, id: string, takenUpAt: string | undefined): Promise<Whereabouts> {
  const names = id.split('/');
  let folder = rootPath;
  for (const [at, name] of names.entries()) {
    const entries = await listFolder(root.absolute(folder));
    if (entries.length === 0) {
      return (await hasLostSince(root.absolute(folder), takenUpAt)) ? 'missing' : lostPlace(id, at, 'empty');
    }
    const entry = entries.find((each) => each.name === name);
    if (entry === undefined) return 'missing';
    folder = joinPaths(folder, entry.spelled);
    if (at === names.length - 1) {
      const isListed = entry.kind === 'file' || (entry.kind === 'link' && (await isListedLink(folder)));
      return isListed ? 'unknown' : 'missing';
    }
    if (entry.kind === 'link' && (await isDangling(root.absolute(folder)))) {
      return lostPlace(id, at + 1, 'dangling');
    }
    if (entry.kind !== 'folder') return 'missing';
  }
  return 'missing';

  /** A link to a folder is no document; one that leads nowhere is listed as unreadable. */
  async function isListedLink(link: RawPath): Promise<boolean> {
    try {
      return (await stat(bytesOf(root.absolute(link)))).isFile();
    } catch {
      return true;
    }
  }
}
