import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@winnow/core';
import { type FileState, stateOf } from './file-state.ts';
import { NotWhole } from './not-whole.ts';

/** Unpacked files kept at a time, in a process. */
const maxSpools = 4;

/** A file in one of its states, and how it is unpacked. */
export interface PackedFile {
  readonly path: string;
  readonly state: FileState;
  unpacked(): AsyncIterable<Uint8Array>;
}

/** The unpacked form of a file. */
export interface Spool {
  /** Shorter where the file ends. @throws NotWhole where the file is damaged: nothing of it can be trusted. */
  slice(offset: number, length: number): Promise<Uint8Array>;
  /** Why what was unpacked is not all; null where it is. */
  readonly broken: NotWhole | null;
}

interface OpenSpool extends Spool {
  close(): Promise<void>;
}

const spools = new Map<string, Promise<OpenSpool>>();

/**
 * Uses the unpacked form of a file, which is written once for all who ask for it. The disk space comes back when
 * the process ends, however it ends, or when others took its place.
 * @param use may be called again where others took the place meanwhile.
 * @throws NotWhole if the file is no longer in that state.
 */
export async function withSpool<Result>(
  file: PackedFile,
  use: (spool: Spool) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(await spoolOf(file));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EBADF')) throw error;
    return await use(await spoolOf(file));
  }
}

async function spoolOf(file: PackedFile): Promise<OpenSpool> {
  const key = JSON.stringify([file.path, file.state]);
  const spool = spools.get(key) ?? write(file);
  spools.delete(key);
  spools.set(key, spool);
  spool.catch(() => spools.delete(key));
  const [oldest] = spools.keys();
  if (spools.size > maxSpools && oldest !== undefined) {
    const evicted = spools.get(oldest);
    spools.delete(oldest);
    evicted?.then((old) => old.close()).catch(() => {});
  }
  return await spool;
}

async function write({ path, state, unpacked }: PackedFile): Promise<OpenSpool> {
  const file = await openNameless();
  let broken: NotWhole | null = null;
  try {
    for await (const chunk of unpacked()) await append(file, chunk);
  } catch (error) {
    if (error instanceof NotWhole) broken = error;
    else {
      await file.close();
      throw error;
    }
  }
  if ((await stateOf(path)) !== state) {
    await file.close();
    throw new NotWhole('changed');
  }
  return {
    broken,
    async slice(offset, length) {
      if (broken?.kind === 'damaged') throw broken;
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
}

async function append(file: FileHandle, chunk: Uint8Array): Promise<void> {
  try {
    await file.writeFile(chunk);
  } catch (cause) {
    const { code, message } = AppError.from(cause);
    throw new AppError(code, `a file cannot be unpacked into ${tmpdir()}: ${message}`, {
      cause,
      part: 'source',
    });
  }
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
