import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@winnow/core';
import { type FileState, stateOf } from './file-state.ts';
import { NotWhole } from './not-whole.ts';

/** Unpacked files kept at a time, in a process. */
const maxSpools = 16;

/** A file in one of its states, and how it is unpacked. */
export interface PackedFile {
  readonly path: string;
  readonly state: FileState;
  unpacked(): AsyncIterable<Uint8Array>;
}

/** The unpacked form of a file. */
export interface Spool {
  /** Shorter where the file ends. @throws NotWhole where the file is damaged or a bomb: nothing of it can be trusted. */
  slice(offset: number, length: number): Promise<Uint8Array>;
  /** Why what was unpacked is not all; null where it is. */
  readonly broken: NotWhole | null;
}

interface OpenSpool extends Spool {
  close(): Promise<void>;
}

interface KeptSpool {
  readonly opened: Promise<OpenSpool>;
  users: number;
}

/** By file and state; the one used last comes last. */
const kept = new Map<string, KeptSpool>();

/**
 * Uses the unpacked form of a file, which is written once for all who ask for it. The disk space comes back when
 * the process ends, however it ends, or when others took its place and nobody uses it.
 * @throws NotWhole if the file is no longer in that state.
 */
export async function withSpool<Result>(
  file: PackedFile,
  use: (spool: Spool) => Promise<Result>,
): Promise<Result> {
  const key = JSON.stringify([file.path, file.state]);
  const mine: KeptSpool = kept.get(key) ?? { opened: write(file), users: 0 };
  kept.delete(key);
  kept.set(key, mine);
  mine.users += 1;
  evictOldest();
  try {
    return await use(await mine.opened);
  } catch (error) {
    await mine.opened.catch(() => {
      if (kept.get(key) === mine) kept.delete(key);
    });
    throw error;
  } finally {
    mine.users -= 1;
    if (mine.users === 0 && kept.get(key) !== mine) close(mine);
  }
}

function evictOldest(): void {
  const [oldest] = kept;
  if (kept.size <= maxSpools || oldest === undefined) return;
  const [key, spool] = oldest;
  kept.delete(key);
  if (spool.users === 0) close(spool);
}

function close({ opened }: KeptSpool): void {
  opened.then((spool) => spool.close()).catch(() => {});
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
      if (broken !== null && broken.kind !== 'cut') throw broken;
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
