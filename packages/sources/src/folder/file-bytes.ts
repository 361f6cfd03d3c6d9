import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { AppError, maxDocumentBytes, type Sha256 } from '@winnow/core';

/**
 * SHA-256 of a file's bytes, read as a stream.
 * @returns no hash where the file is larger than a document may be: then it is not read.
 */
export async function hashFile(
  path: string,
  signal: AbortSignal,
): Promise<{ bytes: number; hash: Sha256 | null }> {
  const { size } = await stat(path);
  if (size > maxDocumentBytes) return { bytes: size, hash: null };
  const hash = createHash('sha256');
  let bytes = 0;
  // Not one byte more: the file may be growing.
  for await (const chunk of createReadStream(path, { end: maxDocumentBytes, signal })) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  if (bytes > maxDocumentBytes) return { bytes, hash: null };
  return { bytes, hash: hash.digest('hex') as Sha256 };
}

/**
 * All bytes of a file.
 * @throws AppError `failed_precondition` where it is larger than a document may be.
 */
export async function readWhole(path: string, signal: AbortSignal): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > maxDocumentBytes) {
      throw new AppError('failed_precondition', `it has ${size} bytes; the limit is ${maxDocumentBytes}`);
    }
    return await file.readFile({ signal });
  } finally {
    await file.close();
  }
}
