import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, silentLogger } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openEmbeddedStore } from './embedded-store.ts';
import { startOnlooker } from './fixtures/unprivileged.ts';
import { openEmbeddedLedger } from './ledger/embedded-ledger.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-path-'));
  await chmod(folder, 0o755);
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function failure(path: string, readOnly: boolean): Promise<AppError> {
  try {
    await (await openEmbeddedStore({ path, readOnly, log: silentLogger })).close();
  } catch (error) {
    return AppError.from(error);
  }
  throw new Error('the index was opened');
}

async function seenByOthers(path: string): Promise<unknown> {
  const onlooker = startOnlooker(path);
  onTestFinished(() => onlooker.close());
  return onlooker.look();
}

describe('a data folder', () => {
  test('that is not there, or has no index, has nothing to read', async () => {
    expect(await failure(join(folder, 'absent', 'winnow.db'), true)).toMatchObject({ code: 'not_found' });
    expect(await failure(join(folder, 'winnow.db'), true)).toMatchObject({ code: 'not_found' });
  });

  test('that is a file is refused for reading and for writing, and never looks empty', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    for (const readOnly of [true, false]) {
      expect(await failure(join(file, 'winnow.db'), readOnly)).toMatchObject({
        code: 'failed_precondition',
        message: expect.stringContaining(`${file} is a file`),
      });
    }
    const ledger = openEmbeddedLedger({ path: join(file, 'ledger.db') });
    const sum = ledger.sum({ by: 'total', limit: 1 });
    await expect(sum).rejects.toMatchObject({ code: 'failed_precondition' });
  });

  test('in which the index is a folder is refused', async () => {
    const path = join(folder, 'winnow.db');
    await mkdir(path);
    for (const readOnly of [true, false]) {
      expect(await failure(path, readOnly)).toMatchObject({
        code: 'failed_precondition',
        message: expect.stringContaining('is no file'),
      });
    }
  });

  test('that may not be looked into, or whose index may not be read, is refused and says so', async () => {
    const path = join(folder, 'data', 'winnow.db');
    await (await openEmbeddedStore({ path, log: silentLogger })).close();
    const refused = {
      error: {
        code: 'failed_precondition',
        message: expect.stringContaining('may not be read or made by this user'),
      },
    };
    await chmod(join(folder, 'data'), 0o700);
    if (process.getuid?.() !== 0) await chmod(join(folder, 'data'), 0o000);
    expect(await seenByOthers(path)).toMatchObject(refused);
    await chmod(join(folder, 'data'), 0o755);
    await chmod(path, process.getuid?.() === 0 ? 0o600 : 0o000);
    expect(await seenByOthers(path)).toMatchObject(refused);
  });
});
