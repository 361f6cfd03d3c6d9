import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@winnow/core';
import { describeLedger } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLazyDatabase } from '../lazy-database.ts';
import { openEmbeddedLedger } from './embedded-ledger.ts';
import { ledgerFormat } from './ledger-schema.ts';

describeLedger('embedded', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-ledger-'));
  const open = () => openEmbeddedLedger({ path: join(folder, 'ledger.db') });
  const ledger = open();
  return {
    ledger,
    openAgain: async () => open(),
    async dispose() {
      await ledger.close();
      await rm(folder, { recursive: true });
    },
  };
});

describe('the file of the ledger', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'winnow-ledger-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  test('is not made by looking', async () => {
    const ledger = openEmbeddedLedger({ path: join(folder, 'data', 'ledger.db') });
    expect(await ledger.sum({ by: 'total', limit: 1 })).toEqual([]);
    await ledger.append([]);
    await ledger.close();
    expect(await readdir(folder)).toEqual([]);
  });

  test('is begun and written by several processes at once, and none loses an entry', async () => {
    const path = join(folder, 'ledger.db');
    const writers = await Promise.all([1, 2, 3, 4].map(() => startWriter(path, 50)));
    await Promise.all(writers.map((writer) => writer.finish()));
    const ledger = openEmbeddedLedger({ path });
    expect(await ledger.sum({ by: 'model', limit: 10 })).toMatchObject(
      Array.from({ length: 4 }, () => ({ calls: 50, inputTokens: 50 })),
    );
    await ledger.close();
    expect(await readdir(folder)).toEqual(['ledger.db']);
  });

  test('on a full disk says so, and has what it had', async () => {
    const file = createLazyDatabase({ path: join(folder, 'ledger.db'), format: ledgerFormat });
    const database = file.made();
    database.execute('PRAGMA max_page_count = 8');
    const insert = `INSERT INTO entry (
      at, purpose, provider, model, calls, input_tokens, output_tokens, searches, truncated, cached
    ) VALUES (0, 'test', 'local', ?, 1, 1, 0, 0, 0, 0)`;
    database.write(() => database.run(insert, 'model'));
    const fill = () => database.write(() => database.run(insert, 'model '.repeat(20_000)));
    expect(fill).toThrow(AppError);
    expect(fill).toThrow(/the ledger .*ledger\.db cannot grow: the disk is full/);
    expect(database.all('SELECT model FROM entry')).toHaveLength(1);
    file.close();
  });

  test('is refused if it is of another program', async () => {
    const path = join(folder, 'ledger.db');
    await writeFile(path, 'a text of some length that is no database at all\n'.repeat(100));
    const ledger = openEmbeddedLedger({ path });
    await expect(ledger.sum({ by: 'total', limit: 1 })).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('is not a ledger'),
    });
    await ledger.close();
  });
});

/** A process that appends once it is told to, so that all begin together. */
async function startWriter(path: string, entries: number): Promise<{ finish(): Promise<void> }> {
  const script = join(import.meta.dirname, '../fixtures/append-entries.ts');
  const writer = spawn(process.execPath, [script, path, String(entries)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(writer, 'close');
  await once(writer.stdout, 'data');
  return {
    async finish() {
      writer.stdin.end('go\n');
      expect(await closed).toEqual([0, null]);
    },
  };
}
