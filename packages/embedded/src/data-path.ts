import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '@winnow/core';
import type { FileKind } from './sqlite-error.ts';

/** Path of what is kept in memory alone. */
export const inMemory = ':memory:';

/**
 * @returns false only where nothing is at the path and nothing hides whether something is.
 * @throws AppError `failed_precondition` where a folder on the way is a file, or may not be looked into; where the
 * file may not be read, or is none. What cannot be seen is never taken for empty.
 */
export function fileIsThere(path: string, kind: FileKind): boolean {
  if (path === inMemory) return true;
  try {
    if (!statSync(path).isFile()) throw new AppError('failed_precondition', `the ${kind} ${path} is no file`);
    accessSync(path, constants.R_OK);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return false;
    throw pathError(thrown, path, kind);
  }
}

/** True where the file, if it is there, and its folder may be written. */
export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes the folder of a file that is to be written.
 * @throws AppError `failed_precondition` where a file is in its place, or it may not be made; `resource_exhausted`
 * where the disk is full.
 */
export function makeFolderOf(path: string, kind: FileKind): void {
  if (path === inMemory) return;
  try {
    makeFolder(dirname(path));
  } catch (thrown) {
    throw pathError(thrown, path, kind);
  }
}

/**
 * Makes a folder and those above it that are not there. Node's own recursion never ends where a folder can have no
 * other in it, as `/proc`.
 * @throws what `mkdir` throws; nothing where the folder is there.
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  const above = dirname(folder);
  if (above !== folder && !existsSync(above)) makeFolder(above);
  // Another process may be first.
  try {
    mkdirSync(folder);
  } catch (thrown) {
    if (codeOf(thrown) !== 'EEXIST' || !statSync(folder).isDirectory()) throw thrown;
  }
}

function pathError(thrown: unknown, path: string, kind: FileKind): AppError {
  const folder = dirname(path);
  const details = { cause: thrown, context: { path }, part: 'index' as const };
  switch (codeOf(thrown)) {
    case 'ENOTDIR':
    case 'EEXIST':
      return new AppError(
        'failed_precondition',
        `the data folder ${folder} is a file, or is below one: choose another folder`,
        details,
      );
    case 'EACCES':
    case 'EPERM':
      return new AppError(
        'failed_precondition',
        `the ${kind} ${path} may not be read or made by this user: change the rights of the data folder ${folder}, or choose another`,
        details,
      );
    case 'EROFS':
      return new AppError(
        'failed_precondition',
        `the data folder ${folder} cannot be made: its disk is read-only`,
        details,
      );
    default: {
      const { code, message } = AppError.from(thrown);
      return new AppError(code, `the ${kind} ${path} cannot be reached: ${message}`, details);
    }
  }
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : null;
}
