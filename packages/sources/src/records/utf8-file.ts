import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { AppError } from '@winnow/core';
import { spooled } from './spool.ts';

/** A file of records as UTF-8, whatever it is on disk; offsets are into that UTF-8. */
export interface Utf8File {
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Shorter where the file ends. */
  slice(offset: number, length: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** So much of a file is looked at to tell its encoding. */
const headBytes = 4 * 1024 * 1024;
const chunkBytes = 256 * 1024;

/**
 * Opens plain or gzipped text in UTF-8, UTF-16 with a mark, GB18030 or windows-1252. Of those that are not
 * plain UTF-8, places cannot be sought in the file itself: they are unpacked once, into a temporary file
 * without a name, the first time that a record is asked for.
 * @throws AppError `not_found`, `failed_precondition` where it cannot be read; the chunks throw
 * `failed_precondition` where packed bytes are damaged, since what follows cannot be known.
 */
export async function openUtf8File(
  path: string,
  encodings: 'unicode' | 'any',
  signal: AbortSignal,
): Promise<Utf8File> {
  const magic = await readAt(path, 0, 2);
  const isGzip = magic[0] === 0x1f && magic[1] === 0x8b;
  const raw = isGzip ? gunzipped : plain;
  const head = await beginningOf(raw(path, signal), encodings === 'any' ? headBytes : 2);
  const encoding = encodingOf(head, encodings);
  const chunks = (until: AbortSignal): AsyncIterable<Uint8Array> =>
    encoding === 'utf-8' ? raw(path, until) : recoded(raw(path, until), encoding);
  if (encoding === 'utf-8' && !isGzip) {
    return { chunks, slice: (offset, length) => readAt(path, offset, length) };
  }
  return {
    chunks,
    async slice(offset, length, until) {
      until.throwIfAborted();
      // Others may be waiting for the same unpacked file: one who gives up must not take it from them.
      return (await spooled(path, () => chunks(new AbortController().signal))).slice(offset, length);
    },
  };
}

async function* plain(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { highWaterMark: chunkBytes, signal });
}

async function* gunzipped(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: chunkBytes, signal });
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  file.on('error', (error) => gunzip.destroy(error));
  try {
    yield* file.pipe(gunzip);
  } catch (cause) {
    signal.throwIfAborted();
    throw new AppError('failed_precondition', `${path} is damaged: it cannot be unpacked to its end`, {
      cause,
    });
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

async function* recoded(chunks: AsyncIterable<Uint8Array>, encoding: string): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

async function beginningOf(chunks: AsyncIterable<Uint8Array>, enough: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length >= enough) break;
  }
  return Buffer.concat(parts);
}

function encodingOf(head: Uint8Array, encodings: 'unicode' | 'any'): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (encodings === 'unicode' || fits(head, 'utf-8')) return 'utf-8';
  return fits(head, 'gb18030') ? 'gb18030' : 'windows-1252';
}

/** Some bytes may be broken, and the last character cut off: hardly any of many is enough. */
function fits(head: Uint8Array, encoding: string): boolean {
  const text = new TextDecoder(encoding).decode(head);
  const foreign = text.match(/[^\0-\x7f]/gu)?.length ?? 0;
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  return broken * 20 <= foreign;
}

async function readAt(path: string, offset: number, length: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
