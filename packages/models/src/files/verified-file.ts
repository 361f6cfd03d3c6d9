import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '@winnow/core';

/** @returns SHA-256 of the file as hexadecimal digits; null if there is no such file. */
export async function hashOfFile(path: string, signal: AbortSignal): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { signal, highWaterMark: 1 << 20 })) hash.update(chunk);
  } catch (error) {
    const { code } = AppError.from(error);
    if (code === 'not_found' || code === 'invalid_argument') return null;
    throw AppError.from(error);
  }
  return hash.digest('hex');
}

/** @throws AppError `failed_precondition`: the file is not the one that the registry pins. */
export function refuseHash(file: string, expected: string, actual: string): never {
  throw new AppError(
    'failed_precondition',
    `${file} has SHA-256 ${actual} where ${expected} is expected, so it is not used`,
    { context: { file, expected, actual } },
  );
}

/**
 * Writes a stream of bytes to `path` so that the file is there whole and checked, or not there. Two processes
 * that write one file at once do not disturb each other: each writes a file of its own and renames it.
 * @param onBytes gets the count so far, after each piece.
 * @throws AppError `failed_precondition` if the bytes are not those of the pin, or the folder may not be written.
 */
export async function writeVerified(
  path: string,
  source: AsyncIterable<Uint8Array>,
  pin: { readonly label: string; readonly sha256: string },
  onBytes: (received: number) => void,
): Promise<void> {
  await makeFolder(dirname(path));
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    const actual = await writeHashed(partial, source, onBytes);
    if (actual !== pin.sha256) refuseHash(pin.label, pin.sha256, actual);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (thrown) {
    throw unwritable(folder, thrown);
  }
}

function unwritable(folder: string, thrown: unknown): AppError {
  const { code, message, retryable } = AppError.from(thrown);
  return new AppError(
    retryable ? code : 'failed_precondition',
    `${folder}, where models are kept, cannot be written (${message}): choose another place with WINNOW_CACHE_DIR`,
    { cause: thrown, part: 'model' },
  );
}

async function writeHashed(
  path: string,
  source: AsyncIterable<Uint8Array>,
  onBytes: (received: number) => void,
): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx').catch((thrown) => {
    throw unwritable(dirname(path), thrown);
  });
  try {
    let received = 0;
    for await (const piece of source) {
      hash.update(piece);
      await file.writeFile(piece);
      received += piece.byteLength;
      onBytes(received);
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** A large array a megabyte at a time, so that progress can be told. */
export async function* piecesOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  const size = 1 << 20;
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
