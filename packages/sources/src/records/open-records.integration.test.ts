import { appendFile, mkdtemp, open as openFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readItems, scanItems } from '../test-scan.ts';
import { csvFormat } from './csv-format.ts';
import { recordOpener } from './open-records.ts';
import { createRecordSource } from './record-source.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-open-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('recordOpener', () => {
  it('finds out encoding and header once, for as long as the file stays as it is', async () => {
    const path = join(folder, 'table');
    await writeFile(path, 'id,text\n1,a\n');
    const open = recordOpener({ path, open: () => openFile(path) }, csvFormat());
    const [first, second] = await Promise.all([open(), open()]);
    expect(second.reader).toBe(first.reader);
    expect((await open()).reader).toBe(first.reader);
    await appendFile(path, '2,b\n');
    expect((await open()).reader).not.toBe(first.reader);
  });
});

describe('packed files', () => {
  it('are read side by side, more of them than are kept unpacked', async () => {
    const sources = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const path = join(folder, `${at}.gz`);
        await writeFile(
          path,
          gzipSync(`id,text\n${Array.from({ length: 20 }, (__, row) => `${row},${at}\n`).join('')}`),
        );
        return createRecordSource(path, csvFormat());
      }),
    );
    const read = await Promise.all(
      sources.map(async (source) => await readItems(source, await scanItems(source))),
    );
    for (const [at, documents] of read.entries()) {
      expect(documents.map(({ content }) => Buffer.from(content).toString())).toEqual(
        Array(20).fill(`${at}`),
      );
    }
  });
});
