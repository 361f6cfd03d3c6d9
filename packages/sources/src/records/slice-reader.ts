import type { FileHandle } from 'node:fs/promises';

/** How long a file stays open after a read: the next record of a bundle is read long before. */
const idleMs = 1_000;

interface HeldFile {
  readonly opened: Promise<FileHandle>;
  readers: number;
  idle: NodeJS.Timeout | undefined;
}

/**
 * Reads slices of one file, which is opened once for those that follow each other.
 * @returns gives the bytes; fewer where the file ends.
 */
export function createSliceReader(
  open: () => Promise<FileHandle>,
): (offset: number, length: number) => Promise<Uint8Array> {
  let held: HeldFile | null = null;

  function letGo(file: HeldFile): void {
    if (held === file) held = null;
    if (file.readers === 0) file.opened.then((handle) => handle.close()).catch(() => {});
  }

  return async (offset, length) => {
    held ??= { opened: open(), readers: 0, idle: undefined };
    const mine = held;
    clearTimeout(mine.idle);
    mine.readers += 1;
    try {
      const { bytesRead, buffer } = await (await mine.opened).read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      letGo(mine);
      throw error;
    } finally {
      mine.readers -= 1;
      if (mine.readers === 0) {
        if (held === mine) mine.idle = setTimeout(letGo, idleMs, mine).unref();
        else letGo(mine);
      }
    }
  };
}
