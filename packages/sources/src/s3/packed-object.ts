import { Readable } from 'node:stream';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, ZipFile } from 'yauzl';
import type { PackedFile } from '../archive/archive.ts';

/** An object as it was listed. */
export interface ListedObject {
  /** Like that of no other object. */
  readonly name: string;
  readonly state: string;
  readonly bytes: number;
}

/**
 * Bytes of an object from `start` to before `end`, as long as it is what it was.
 * @throws AppError of the source where it does not answer, else of the object.
 */
export type ReadRange = (start: number, end: number) => AsyncIterable<Uint8Array>;

/** Read ahead in the list of an archive, which is asked for in pieces of some bytes. */
const listBytes = 64 * 1024;
/** A packed file of up to this size comes in one piece with what stands before it. */
const smallBytes = 1024 * 1024;
/** Before a file stand its name and its fields once more, which may be others than those in the list. */
const headerBytes = 1024;

/** An object that may be an archive: of one of any size, its list is read, and the files that are asked for. */
export function packedObject({ name, state, bytes }: ListedObject, readRange: ReadRange): PackedFile {
  const list = new ObjectReader(bytes, listBytes, readRange);
  return {
    name,
    state,
    bytes,
    beginning: () => list.bytesAt(0, Math.min(4, bytes)),
    open: () => fromRandomAccessReaderPromise(list, bytes, { autoClose: false, decodeStrings: false }),
    async openFor(entry) {
      const reader = new ObjectReader(bytes, aheadOf(entry), readRange);
      // Its list is known: opened the usual way, the end of the object would be read for each file.
      return new ZipFile(reader, 0, bytes, 0, '', false, true, false, true);
    },
    // Else what was read of it would have been refused.
    isSame: async () => true,
  };
}

function aheadOf({ fileNameLength, extraFieldLength, compressedSize }: Entry): number {
  const packed = compressedSize <= smallBytes ? compressedSize : 0;
  return headerBytes + fileNameLength + extraFieldLength + packed;
}

/** As a class, since the library wants one. */
class ObjectReader extends RandomAccessReader {
  readonly #size: number;
  readonly #ahead: number;
  readonly #readRange: ReadRange;
  #piece: { readonly start: number; readonly bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };

  /** @param ahead bytes that are read where fewer are asked for. */
  constructor(size: number, ahead: number, readRange: ReadRange) {
    super();
    this.#size = size;
    this.#ahead = ahead;
    this.#readRange = readRange;
  }

  async bytesAt(start: number, length: number): Promise<Buffer> {
    const known = this.#known(start, start + length);
    if (known !== null) return known;
    const end = Math.min(this.#size, start + Math.max(length, this.#ahead));
    this.#piece = { start, bytes: Buffer.concat(await Array.fromAsync(this.#readRange(start, end))) };
    return this.#piece.bytes.subarray(0, length);
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.bytesAt(position, length).then((bytes) => {
      bytes.copy(buffer, offset);
      callback(null);
    }, callback);
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const known = this.#known(start, end);
    return Readable.from(known === null ? this.#readRange(start, end) : [known], { objectMode: false });
  }

  #known(start: number, end: number): Buffer | null {
    const { start: first, bytes } = this.#piece;
    return start >= first && end <= first + bytes.length ? bytes.subarray(start - first, end - first) : null;
  }
}
