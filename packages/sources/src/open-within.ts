import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath, stat } from 'node:fs/promises';
import { LeadsOut, troubleOf } from './file-trouble.ts';
import { bytesOf, isInside, type RawPath, rawPathOf, rawPathOfText } from './folder/raw-path.ts';

/** Real folders of which one must hold what is opened; null: it may lie anywhere. */
export type Bounds = readonly RawPath[] | null;

/**
 * Bounds of a source. One that lies in a folder that others may name sources in has to stay there: its name says
 * nothing once somebody has put a link in its place.
 * @param roots folders as they are configured; none: no bounds.
 */
export async function boundsOf(path: string, roots: readonly string[]): Promise<Bounds> {
  const real = await Promise.all(roots.map(realOr));
  const place = rawPathOfText(path);
  const isMeant = roots.some((root) => isInside(rawPathOfText(root), place));
  return isMeant || real.some((root) => isInside(root, place)) ? real : null;
}

/** @throws LeadsOut where a real path is not within the bounds. */
export function requireWithin(bounds: Bounds, real: RawPath): void {
  if (bounds !== null && !bounds.some((bound) => isInside(bound, real))) throw new LeadsOut();
}

/**
 * Opens a file, or with `folder` a folder, for reading, and sees by what was opened, not by its name, that it lies
 * within the bounds. Does not wait for somebody to write into what has become a pipe.
 * @throws LeadsOut where it does not, or may not; errors of the file system.
 */
export async function openWithin(
  path: RawPath,
  bounds: Bounds,
  kind: 'file' | 'folder' = 'file',
): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (kind === 'folder' ? constants.O_DIRECTORY : 0);
  const opened = await open(bytesOf(path), flags);
  try {
    if (bounds !== null) requireWithin(bounds, await realPathOf(opened, path));
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** A name for what is open that no link can be put in the place of, where the system has such names. */
export async function nameOfOpen(opened: FileHandle, path: RawPath): Promise<RawPath> {
  const name = `/proc/self/fd/${opened.fd}`;
  return (await linkTarget(name)) === null ? path : rawPathOfText(name);
}

async function realPathOf(opened: FileHandle, path: RawPath): Promise<RawPath> {
  const told = await linkTarget(`/proc/self/fd/${opened.fd}`);
  if (told !== null) return told;
  // By name, which must still be of what was opened.
  const real = await realpath(bytesOf(path), { encoding: 'buffer' });
  const [named, held] = await Promise.all([stat(real, { bigint: true }), opened.stat({ bigint: true })]);
  if (named.dev !== held.dev || named.ino !== held.ino) throw new LeadsOut();
  return rawPathOf(real);
}

async function linkTarget(link: string): Promise<RawPath | null> {
  try {
    return rawPathOf(await readlink(link, { encoding: 'buffer' }));
  } catch (error) {
    if (troubleOf(error) === null) throw error;
    return null;
  }
}

async function realOr(path: string): Promise<RawPath> {
  try {
    return rawPathOf(await realpath(path, { encoding: 'buffer' }));
  } catch {
    return rawPathOfText(path);
  }
}
