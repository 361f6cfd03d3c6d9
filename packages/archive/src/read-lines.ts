import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '@winnow/core';
import { maxLineBytes } from './archive-format.ts';

const lineFeed = 0x0a;
const blockBytes = 256 * 1024;

/**
 * The lines of a compressed file, each with its line feed, one in memory at a time.
 * @throws AppError `not_found` where there is no file; `invalid_argument` where it is not compressed as an archive is,
 * is damaged, cut off, or has a line that is too long; `canceled` if aborted; otherwise as reading fails.
 */
export async function* compressedLines(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  await requireFile(path);
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const block of blocks(path, signal)) {
    let start = 0;
    for (let end = block.indexOf(lineFeed); end >= 0; end = block.indexOf(lineFeed, start)) {
      pieces.push(block.subarray(start, end + 1));
      requireLength(path, length + end + 1 - start);
      yield pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
      pieces = [];
      length = 0;
      start = end + 1;
    }
    if (start < block.length) pieces.push(block.subarray(start));
    length += block.length - start;
    requireLength(path, length);
  }
  if (length > 0) throw cutOff(path);
}

function requireLength(path: string, length: number): void {
  if (length <= maxLineBytes) return;
  throw damaged(path, `it has a line of more than ${maxLineBytes} bytes`);
}

async function* blocks(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  // What goes wrong is thrown where the blocks are asked for.
  const unzipped = pipeline(
    createReadStream(path, { highWaterMark: blockBytes, signal }),
    createGunzip({ chunkSize: blockBytes }),
    () => {},
  );
  try {
    for await (const block of unzipped) yield block as Buffer;
  } catch (thrown) {
    signal.throwIfAborted();
    throw readingError(path, thrown);
  } finally {
    unzipped.destroy();
  }
}

async function requireFile(path: string): Promise<void> {
  try {
    // It is read twice, which only a file can be.
    if ((await stat(path)).isFile()) return;
  } catch (thrown) {
    throw readingError(path, thrown);
  }
  throw new AppError('invalid_argument', `${path} is no file`);
}

function readingError(path: string, thrown: unknown): AppError {
  const cause = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  if (cause === 'Z_BUF_ERROR') return cutOff(path);
  if (typeof cause === 'string' && cause.startsWith('Z_')) {
    const isOther = thrown instanceof Error && thrown.message.includes('incorrect header check');
    return isOther ? noArchive(path) : damaged(path, 'it cannot be unpacked');
  }
  const { code, message } = AppError.from(thrown);
  if (code === 'not_found')
    return new AppError('not_found', `there is no archive ${path}`, { cause: thrown });
  return new AppError(code, `${path} cannot be read: ${message}`, { cause: thrown });
}

export function noArchive(path: string): AppError {
  return new AppError('invalid_argument', `${path} is no archive of a corpus`);
}

export function cutOff(path: string): AppError {
  return new AppError(
    'invalid_argument',
    `${path} is cut off: its end is missing. Nothing was restored of it`,
  );
}

export function damaged(path: string, what: string): AppError {
  return new AppError(
    'invalid_argument',
    `${path} is not as it was written: ${what}. Nothing was restored of it`,
  );
}
