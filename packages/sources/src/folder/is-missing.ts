import { lstat, stat } from 'node:fs/promises';
import { troubleOf } from '../file-trouble.ts';
import { listFolder } from './list-folder.ts';
import { bytesOf, joinPaths, type RawPath, rootPath } from './raw-path.ts';
import { isEmpty, type RootFolder } from './root-folder.ts';

/**
 * Whether a walk through the folder can no longer meet a document: there is no file that is called so.
 * @param path where it was, if that is known.
 * @returns false also where it cannot be told, since a folder on the way cannot be looked into.
 */
export async function isMissing(root: RootFolder, id: string, path: RawPath | null): Promise<boolean> {
  try {
    if (path !== null && !(await isThere(root.absolute(path)))) return await isInSight(root, path);
    // What is there may be called otherwise: the file system may ignore case, or a name have given way to another.
    return !(await isCalledSo(root, id));
  } catch (error) {
    if (troubleOf(error) === null) throw error;
    return false;
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

/** Whether the folders above a path can be looked into, as far down as there are any. */
async function isInSight(root: RootFolder, path: RawPath): Promise<boolean> {
  let folder = rootPath;
  for (const name of path.split('/').slice(0, -1)) {
    folder = joinPaths(folder, name as RawPath);
    try {
      await isEmpty(root.absolute(folder));
    } catch (error) {
      if (troubleOf(error) === 'gone') return true;
      throw error;
    }
  }
  return true;
}

async function isCalledSo(root: RootFolder, id: string): Promise<boolean> {
  const names = id.split('/');
  let folder = rootPath;
  for (const [at, name] of names.entries()) {
    const entries = await listFolder(root.absolute(folder));
    const entry = entries.find((each) => each.name === name);
    if (entry === undefined) return false;
    folder = joinPaths(folder, entry.spelled);
    if (at === names.length - 1)
      return entry.kind === 'file' || (entry.kind === 'link' && (await isListed(folder)));
    if (entry.kind !== 'folder') return false;
  }
  return false;

  /** A link to a folder is no document; one that leads nowhere is listed as unreadable. */
  async function isListed(link: RawPath): Promise<boolean> {
    try {
      return (await stat(bytesOf(root.absolute(link)))).isFile();
    } catch {
      return true;
    }
  }
}
