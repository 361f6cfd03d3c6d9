import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '@winnow/core';

/** Bytes copied at a time. */
const blockBytes = 256 * 1024;

/** A file of JSON lines that is being written: first the lines between, then the first and the last. */
export interface OpenedPlanFile {
  write(lines: readonly object[]): Promise<void>;
  /** Puts the file into its place, all at once. */
  finish(first: object, last: object): Promise<void>;
  /** Leaves nothing behind; may follow a `finish` that failed. */
  discard(): Promise<void>;
}

/**
 * Opens a file whose first line is known last. What is written meanwhile is in a file without a name, in the same
 * folder: its room comes back however the process ends.
 * @throws AppError `failed_precondition`, `not_found` or `resource_exhausted` where the path cannot be written.
 */
export async function openPlanFile(path: string): Promise<OpenedPlanFile> {
  const target = resolve(path);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
  const wrapped = <Result>(work: () => Promise<Result>) => withPath(path, work);
  const body = await wrapped(() => openNameless(target, temporary));
  return {
    write: (lines) =>
      wrapped(async () => {
        if (lines.length === 0) return;
        await body.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      }),
    finish: (first, last) =>
      wrapped(async () => {
        const whole = await open(temporary, 'wx', 0o600);
        try {
          await whole.appendFile(`${JSON.stringify(first)}\n`);
          await copy(body, whole);
          await whole.appendFile(`${JSON.stringify(last)}\n`);
          await whole.sync();
        } finally {
          await whole.close();
        }
        await rename(temporary, target);
        await body.close();
      }),
    async discard() {
      await body.close().catch(() => {});
      await rm(temporary, { force: true }).catch(() => {});
    },
  };
}

async function openNameless(target: string, temporary: string): Promise<FileHandle> {
  const existing = await stat(target).catch(() => null);
  if (existing !== null && !existing.isFile()) {
    throw new AppError('failed_precondition', 'it is there already, and is no file');
  }
  const body = await open(temporary, 'wx+', 0o600);
  await rm(temporary);
  return body;
}

async function copy(from: FileHandle, to: FileHandle): Promise<void> {
  const block = Buffer.alloc(blockBytes);
  let at = 0;
  for (;;) {
    const { bytesRead } = await from.read(block, 0, block.length, at);
    if (bytesRead === 0) return;
    await to.appendFile(block.subarray(0, bytesRead));
    at += bytesRead;
  }
}

async function withPath<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    const { code, message } = AppError.from(thrown);
    const reason = code === 'not_found' ? 'its folder is not there' : message;
    throw new AppError(code, `the plan cannot be written to ${path}: ${reason}`, { cause: thrown });
  }
}
