import type { FileHandle } from 'node:fs/promises';
import { type Encoding, encodingOf, headBytesOf } from './encoding.ts';
import type { FileState } from './file-state.ts';
import { NotWhole } from './not-whole.ts';
import { createSliceReader } from './slice-reader.ts';
import { type PackedFile, withSpool } from './spool.ts';
import { unpack } from './unpack.ts';

type Open = () => Promise<FileHandle>;

/** A file, and the one way to open it. */
export interface FileToRead {
  readonly path: string;
  readonly open: Open;
}

/** A file of records as UTF-8, whatever it is on disk; offsets are into that UTF-8. */
export interface Utf8File {
  /** Whether the offsets are the file's own, so that appending to it leaves them as they are. */
  readonly isPlain: boolean;
  /** For who wants to see no more than the beginning. */
  beginning(signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** From an offset on. @throws NotWhole behind the last byte that can be trusted. */
  chunks(from: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Shorter where the file ends. @throws NotWhole where it is damaged or no longer what was opened. */
  slice(offset: number, length: number, signal: AbortSignal): Promise<Uint8Array>;
}

const chunkBytes = 256 * 1024;
/** A packed byte may become a thousand, and all that becomes of a chunk is in memory at once. */
const packedChunkBytes = 32 * 1024;

/**
 * Opens plain or gzipped text in UTF-8, UTF-16 with a mark, GB18030 or windows-1252. Those that are not plain UTF-8
 * are unpacked once, into a temporary file without a name: places cannot be sought in the file itself, and whether
 * packed bytes are damaged is known for sure only at their end.
 * @param state of the file when it is opened.
 */
export async function openUtf8File(
  { path, open }: FileToRead,
  state: FileState,
  encodings: 'unicode' | 'any',
  signal: AbortSignal,
): Promise<Utf8File> {
  const magic = await readAt(open, 0, 2);
  const isGzip = magic[0] === 0x1f && magic[1] === 0x8b;
  const raw = isGzip ? unpackedFile : plainFile;
  const encoding = encodingOf(await beginningOf(raw(open, signal), headBytesOf(encodings)), encodings);
  if (encoding === 'utf-8' && !isGzip) {
    return {
      isPlain: true,
      beginning: (until) => plainFile(open, until),
      chunks: (from, until) => plainFile(open, until, from),
      slice: createSliceReader(open),
    };
  }
  const unpacked = (until: AbortSignal): AsyncIterable<Uint8Array> =>
    encoding === 'utf-8' ? raw(open, until) : recoded(raw(open, until), encoding);
  // Others may be waiting for the same unpacked file: one who gives up must not take it from them.
  const packed: PackedFile = { path, state, unpacked: () => unpacked(new AbortController().signal) };
  return {
    isPlain: false,
    beginning: unpacked,
    chunks: (from, until) => spooledChunks(packed, from, until),
    async slice(offset, length, until) {
      until.throwIfAborted();
      return await withSpool(packed, (spool) => spool.slice(offset, length));
    },
  };
}

// Generators, so that no file is opened before somebody reads.
async function* plainFile(open: Open, signal: AbortSignal, start = 0): AsyncGenerator<Uint8Array> {
  yield* (await open()).createReadStream({ start, highWaterMark: chunkBytes, signal });
}

async function* unpackedFile(open: Open, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield* unpack((await open()).createReadStream({ highWaterMark: packedChunkBytes, signal }));
}

async function* spooledChunks(
  file: PackedFile,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (let offset = from; ; ) {
    signal.throwIfAborted();
    const { chunk, broken } = await withSpool(file, async (spool) => ({
      chunk: await spool.slice(offset, chunkBytes),
      broken: spool.broken,
    }));
    if (chunk.length > 0) yield chunk;
    else if (broken !== null) throw broken;
    else return;
    offset += chunk.length;
  }
}

async function* recoded(chunks: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  // Half a character.
  if (decoder.decode() !== '') throw new NotWhole('cut');
}

/** What there is of it, where the file is damaged. */
async function beginningOf(chunks: AsyncIterable<Uint8Array>, enough: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of chunks) {
      parts.push(chunk);
      length += chunk.length;
      if (length >= enough) break;
    }
  } catch (error) {
    if (!(error instanceof NotWhole)) throw error;
  }
  return Buffer.concat(parts);
}

async function readAt(open: Open, offset: number, length: number): Promise<Uint8Array> {
  const file = await open();
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
