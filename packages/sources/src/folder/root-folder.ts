import { opendir, realpath, stat } from 'node:fs/promises';
import { AppError } from '@winnow/core';
import { sourceError, troubleOf } from '../file-trouble.ts';
import { boundsOf, requireWithin } from '../open-within.ts';
import { bytesOf, joinPaths, type RawPath, rawPathOf } from './raw-path.ts';

/** The folder that a source is of, as it was when it was opened. */
export interface RootFolder {
  /** For people. */
  readonly name: string;
  /** Real and absolute. */
  readonly path: RawPath;
  absolute(path: RawPath): RawPath;
  /** @throws AppError `unavailable` if it is no longer there or looks like a drive that was unmounted. */
  confirm(): Promise<void>;
}

/**
 * Opens a folder and sees that there is something in it: a drive that is not mounted looks like an empty folder.
 * @throws AppError of the source, `not_found`, `failed_precondition` where it is empty or may not be read,
 * `unavailable` where the drive does not answer.
 * @param roots see `createSource`.
 */
export async function openRoot(path: string, roots: readonly string[]): Promise<RootFolder> {
  const name = `folder ${path}`;
  try {
    const real = await realPathOf(path, roots);
    // By way of itself, which fails where its names can be seen, but not what they name.
    const { dev } = await stat(bytesOf(joinPaths(real, '.' as RawPath)), { bigint: true });
    if (await isEmpty(real)) {
      const message = `${name} is empty; if it is on a drive, is that mounted?`;
      throw new AppError('failed_precondition', message, { part: 'source' });
    }
    return {
      name,
      path: real,
      absolute: (relative) => joinPaths(real, relative),
      async confirm() {
        if (await isStillThere(real, dev)) return;
        const message = `${name} is not there any more; if it is on a drive, is that mounted?`;
        throw new AppError('unavailable', message, { part: 'source' });
      },
    };
  } catch (error) {
    throw sourceError(name, error);
  }
}

/** @throws AppError as {@link openRoot}, but does not look into the folder. */
export async function realRoot(path: string, roots: readonly string[]): Promise<RawPath> {
  try {
    return await realPathOf(path, roots);
  } catch (error) {
    throw sourceError(`folder ${path}`, error);
  }
}

/**
 * Whether a folder that was looked into still is what it was: on the same device and not empty, which is how the
 * place of an unmounted drive looks.
 * @param dev the device that it was on.
 */
export async function isStillThere(path: RawPath, dev: bigint): Promise<boolean> {
  try {
    return (await stat(bytesOf(path), { bigint: true })).dev === dev && !(await isEmpty(path));
  } catch {
    return false;
  }
}

async function realPathOf(path: string, roots: readonly string[]): Promise<RawPath> {
  const real = rawPathOf(await realpath(path, { encoding: 'buffer' }));
  requireWithin(await boundsOf(path, roots), real);
  return real;
}

/** Whether a folder has nothing in it. */
export async function isEmpty(path: RawPath): Promise<boolean> {
  const folder = await opendir(bytesOf(path), { bufferSize: 1 });
  try {
    return (await folder.read()) === null;
  } catch (error) {
    // Where the file system does not say what an entry is, Node asks, by a name that it may have misread.
    if (troubleOf(error) === 'gone') return false;
    throw error;
  } finally {
    await folder.close();
  }
}
