import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { acquireDataLock, serviceOf } from './data-lock.ts';

const purpose = 'winnow ingest';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-lock-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** The error of an attempt that must fail. */
function refusal(): AppError {
  try {
    acquireDataLock(folder, { purpose }).release();
  } catch (error) {
    return AppError.from(error);
  }
  throw new Error('the lock was taken');
}

describe('acquireDataLock', () => {
  test.runIf(process.platform === 'linux')('where no folder can be made it says so, and ends', () => {
    expect(() => acquireDataLock('/proc/none/data', { purpose })).toThrow(
      expect.objectContaining({
        code: 'failed_precondition',
        message: expect.stringContaining('data folder /proc/none/data cannot be written'),
      }),
    );
  });

  test('a second holder in one process is refused, until the first lets go', () => {
    const first = acquireDataLock(folder, { purpose });
    expect(refusal()).toMatchObject({
      code: 'failed_precondition',
      part: 'index',
      message: `data folder ${folder} is in use by process ${process.pid} (winnow ingest): wait for it or stop it first`,
    });
    first.release();
    first.release();
    acquireDataLock(folder, { purpose }).release();
  });

  test('another process is told apart by pid, purpose and address, and frees the lock however it ends', async () => {
    const holder = spawn(
      process.execPath,
      ['--expose-gc', join(import.meta.dirname, 'fixtures/hold-lock.ts'), folder],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    onTestFinished(() => void holder.kill('SIGKILL'));
    await once(holder.stdout, 'data');
    expect(refusal()).toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining(
        `is in use by process ${holder.pid} (winnow serve at http://127.0.0.1:7700): use its API or stop it first`,
      ),
      context: { pid: holder.pid, purpose: 'winnow serve', address: 'http://127.0.0.1:7700' },
    });
    expect(serviceOf(folder)).toBe('http://127.0.0.1:7700');
    const ended = once(holder, 'exit');
    holder.kill('SIGKILL');
    await ended;
    // Its description is still there, and nobody is behind it.
    expect(serviceOf(folder)).toBeNull();
    acquireDataLock(folder, { purpose }).release();
  });

  test('a damaged description of the holder still names the folder', async () => {
    const lock = acquireDataLock(folder, { purpose });
    await writeFile(join(folder, 'winnow.lock.json'), '{"pid":');
    expect(refusal().message).toBe(
      `data folder ${folder} is in use by another process: wait for it or stop it first`,
    );
    lock.release();
  });

  test('a missing folder is made', () => {
    acquireDataLock(join(folder, 'new', 'data'), { purpose }).release();
  });

  test('a folder that is a file is refused', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(() => acquireDataLock(join(folder, 'file'), { purpose })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('cannot be written'), part: 'index' }),
    );
  });

  // Nothing is unwritable to the super-user.
  test.skipIf(process.getuid?.() === 0)('a folder that cannot be written is refused', async () => {
    await chmod(folder, 0o500);
    expect(refusal()).toMatchObject({ code: 'failed_precondition' });
    await chmod(folder, 0o700);
  });
});
