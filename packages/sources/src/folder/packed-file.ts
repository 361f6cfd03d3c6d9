import type { FileHandle } from 'node:fs/promises';
import { AppError, type Sha256 } from '@winnow/core';
import { fromFdPromise } from 'yauzl';
import { type ListedArchive, listArchive, type PackedFile, readMember } from '../archive/archive.ts';
import { type Bounds, openWithin } from '../open-within.ts';
import type { RawPath } from './raw-path.ts';

/**
 * What is in an archive of a folder, see {@link listArchive}.
 * @throws errors of the file system; AppError `not_found` where there is no file.
 */
export async function listArchiveAt(
  path: RawPath,
  bounds: Bounds,
  signal: AbortSignal,
): Promise<ListedArchive> {
  return await withPackedFile(path, bounds, (file) => listArchive(file, signal));
}

/** One file of an archive of a folder, see {@link readMember}. @throws also as {@link listArchiveAt}. */
export async function readMemberAt(
  path: RawPath,
  bounds: Bounds,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly content: Uint8Array; readonly contentHash: Sha256 }> {
  return await withPackedFile(path, bounds, (file) => readMember(file, name, signal));
}

async function withPackedFile<Result>(
  path: RawPath,
  bounds: Bounds,
  use: (file: PackedFile) => Promise<Result>,
): Promise<Result> {
  const file = await openWithin(path, bounds);
  try {
    const { state, bytes, isFile } = await stateOf(file);
    if (!isFile) throw new AppError('not_found', 'there is no file any more, but something else');
    const open = () => fromFdPromise(file.fd, { autoClose: false, decodeStrings: false });
    return await use({
      name: path,
      state,
      bytes,
      async beginning() {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
        return buffer.subarray(0, bytesRead);
      },
      open,
      openFor: open,
      isSame: async () => (await stateOf(file)).state === state,
    });
  } finally {
    await file.close();
  }
}

async function stateOf(file: FileHandle) {
  const status = await file.stat({ bigint: true });
  const state = `${status.ino} ${status.size} ${status.mtimeNs}`;
  return { state, bytes: Number(status.size), isFile: status.isFile() };
}
