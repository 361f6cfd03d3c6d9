import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { AppError, maxDocumentBytes, type Sha256 } from '@winnow/core';
import { type Bounds, openWithin } from '../open-within.ts';
import type { RawPath } from './raw-path.ts';

const chunkBytes = 256 * 1024;

export interface HashedFile {
  readonly bytes: number;
  /** Null where the file is larger than a document may be: then it is not read. */
  readonly hash: Sha256 | null;
}

/**
 * SHA-256 of a file's bytes. One that changes meanwhile is hashed once more; if it goes on changing, the hash is of
 * what was read, which may be a mixture.
 */
export async function hashFile(
  path: RawPath,
  signal: AbortSignal,
  bounds: Bounds = null,
): Promise<HashedFile> {
  const file = await openWithin(path, bounds);
  try {
    const before = await file.stat({ bigint: true });
    const hashed = await hashBytes(file, Number(before.size), signal);
    const after = await file.stat({ bigint: true });
    if (before.size === after.size && before.mtimeNs === after.mtimeNs) return hashed;
    return await hashBytes(file, Number(after.size), signal);
  } finally {
    await file.close();
  }
}

/**
 * All bytes of a file.
 * @throws AppError `not_found` where there is something else than a file, `failed_precondition` where it is larger
 * than a document may be.
 */
export async function readWhole(path: RawPath, signal: AbortSignal, bounds: Bounds): Promise<Uint8Array> {
  const file = await openWithin(path, bounds);
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new AppError('not_found', 'there is no file any more, but something else');
    if (status.size > maxDocumentBytes) {
      throw new AppError(
        'failed_precondition',
        `it has ${status.size} bytes; the limit is ${maxDocumentBytes}`,
      );
    }
    return await file.readFile({ signal });
  } finally {
    await file.close();
  }
}

async function hashBytes(file: FileHandle, size: number, signal: AbortSignal): Promise<HashedFile> {
  if (size > maxDocumentBytes) return { bytes: size, hash: null };
  const hash = createHash('sha256');
  let buffer = Buffer.allocUnsafe(Math.min(size || chunkBytes, chunkBytes));
  let bytes = 0;
  while (true) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, buffer.length, bytes);
    bytes += bytesRead;
    // The file may be growing.
    if (bytes > maxDocumentBytes) return { bytes, hash: null };
    hash.update(buffer.subarray(0, bytesRead));
    if (bytesRead === 0 || bytes === size) return { bytes, hash: hash.digest('hex') as Sha256 };
    if (bytes > size) buffer = Buffer.allocUnsafe(chunkBytes);
  }
}
