import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { FailureReason, ScanEvent } from '@winnow/core';
import { sourceError, troubleOf, wordsOf } from '../file-trouble.ts';
import { bytesOf, type RawPath } from './raw-path.ts';
import { isStillThere, type RootFolder } from './root-folder.ts';

/** A folder as it was when it was opened. */
export interface FolderPlace {
  readonly id: string;
  /** Relative. */
  readonly path: RawPath;
  readonly dev: bigint;
}

export type Uncovered = Extract<ScanEvent, { kind: 'uncovered' }>;

/** What the file system had listed in a folder, and then refused. */
export interface RefusedFile {
  readonly id: string;
  /** Relative. */
  readonly path: RawPath;
  readonly folder: FolderPlace;
}

/**
 * What is to be said of a file that was listed and could not be read. Its own permissions are its own failure; it
 * may have been deleted meanwhile (null); but a folder that does not let anybody look at what is in it, is no longer
 * what it was, or a drive that fails: that says nothing about the file.
 * @throws AppError of the source where the root has the same trouble; what is no trouble of the file system.
 */
export async function lookAgain(
  root: RootFolder,
  file: RefusedFile,
  error: unknown,
): Promise<Uncovered | { readonly kind: 'unreadable'; readonly reason: FailureReason } | null> {
  const trouble = troubleOf(error);
  if (trouble === null) throw error;
  if (trouble === 'away') {
    await root.confirm();
    return { kind: 'uncovered', prefix: file.id, reason: wordsOf(error) };
  }
  const status = await statusOf(root.absolute(file.path));
  if (status !== null && (trouble === 'refused' || status.isSymbolicLink())) return unreadable(error);
  if (status !== null) return null;
  if (trouble === 'refused') return uncoveredFolder(root, file.folder, error);
  await root.confirm();
  if (await isStillThere(root.absolute(file.folder.path), file.folder.dev)) return null;
  return uncoveredFolder(root, file.folder, error);
}

/** A folder that cannot be looked into. @throws AppError where it is the root or the root has the same trouble. */
export async function uncoveredFolder(
  root: RootFolder,
  { id }: { readonly id: string },
  error: unknown,
): Promise<Uncovered> {
  const trouble = troubleOf(error);
  if (trouble === null) throw error;
  if (id === '') throw sourceError(root.name, error);
  if (trouble !== 'refused') await root.confirm();
  return { kind: 'uncovered', prefix: `${id}/`, reason: wordsOf(error) };
}

function unreadable(error: unknown): { kind: 'unreadable'; reason: FailureReason } {
  const message = `the file system refuses it: ${wordsOf(error)}`;
  return { kind: 'unreadable', reason: { code: 'unreadable', message } };
}

async function statusOf(path: RawPath): Promise<Stats | null> {
  try {
    return await lstat(bytesOf(path));
  } catch {
    return null;
  }
}
