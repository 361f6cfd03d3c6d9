import { type FileHandle, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Unpacked files kept at a time, in a process. */
const maxSpools = 4;

interface Spool {
  slice(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

const spools = new Map<string, Promise<Spool>>();

/**
 * The unpacked form of a file, written once for all who ask while the file stays as it is. The disk space
 * comes back when the process ends, however it ends, or when others took its place.
 */
export async function spooled(path: string, chunks: () => AsyncIterable<Uint8Array>): Promise<Spool> {
  const { size, mtimeMs, ino } = await stat(path);
  const key = JSON.stringify([path, ino, size, mtimeMs]);
  const known = spools.get(key);
  const spool = known ?? write(chunks());
  spools.delete(key);
  spools.set(key, spool);
  spool.catch(() => spools.delete(key));
  const [oldest] = spools.keys();
  if (spools.size > maxSpools && oldest !== undefined) {
    const evicted = spools.get(oldest);
    spools.delete(oldest);
    evicted?.then((old) => old.close()).catch(() => {});
  }
  return spool;
}

async function write(chunks: AsyncIterable<Uint8Array>): Promise<Spool> {
  const file = await openNameless();
  try {
    for await (const chunk of chunks) await file.writeFile(chunk);
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    async slice(offset, length) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
}

/** Gone from the folder as soon as it is open, so nobody else sees it and nothing is left behind. */
async function openNameless(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-'));
  try {
    return await open(join(folder, 'unpacked'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true });
  }
}
