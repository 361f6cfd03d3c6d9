import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { maxDocumentBytes } from '@winnow/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemsOf, readItems, scanAll, scanInSlices } from '../test-scan.ts';
import { csvFormat } from './csv-format.ts';
import { jsonlFormat } from './jsonl-format.ts';
import type { RecordFormat } from './record.ts';
import { createRecordSource } from './record-source.ts';

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-record-slices-'));
});
afterAll(() => rm(folder, { recursive: true }));

const text = fc.array(fc.constantFrom('a', '中', ' ', ',', '\n', '\r\n', '"', 'ü'), { maxLength: 8 });
const id = fc.option(fc.constantFrom('x', 'y', 'z', 'line-2'), { nil: null });
const rows = fc.array(
  fc.record({
    id,
    text: text.map((parts) => parts.join('')),
    kind: fc.constantFrom('row', 'broken', 'empty'),
  }),
  { minLength: 1, maxLength: 12 },
);
const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

const encodings: Readonly<Record<string, (content: string) => Uint8Array>> = {
  'UTF-8': (content) => Buffer.from(content),
  'UTF-8 with a mark': (content) => Buffer.from(`\ufeff${content}`),
  gzip: (content) => gzipSync(content),
  'UTF-16': (content) => Buffer.from(`\ufeff${content}`, 'utf16le'),
  'gzipped UTF-16': (content) => gzipSync(Buffer.from(`\ufeff${content}`, 'utf16le')),
};

describe('a file of records that is listed in slices', () => {
  it.each(Object.entries(encodings))('gives what one scan gives: JSONL in %s', async (_, encoded) => {
    await fc.assert(
      fc.asyncProperty(rows, sizes, fc.constantFrom('\n', '\r\n'), async (all, cuts, lineBreak) => {
        const lines = all.map((row) => {
          if (row.kind === 'empty') return '';
          return row.kind === 'broken' ? '{"cut' : JSON.stringify({ id: row.id, text: row.text });
        });
        await expectSlices(
          encoded(`${lines.join(lineBreak)}${lineBreak}{"id":"end","text":"."}`),
          jsonlFormat(),
          cuts,
        );
      }),
      { numRuns: 25 },
    );
  });

  it.each(Object.entries(encodings))('gives what one scan gives: CSV in %s', async (_, encoded) => {
    await fc.assert(
      fc.asyncProperty(rows, sizes, fc.constantFrom('\n', '\r\n'), async (all, cuts, lineBreak) => {
        const lines = all.map((row) => {
          if (row.kind === 'empty') return '';
          if (row.kind === 'broken') return 'one"field';
          return `${row.id ?? ''},"${row.text.replaceAll('"', '""')}",tail`;
        });
        const table = ['id,text,more', ...lines, 'end,.,x', ''].join(lineBreak);
        await expectSlices(encoded(table), csvFormat(), cuts);
      }),
      { numRuns: 25 },
    );
  });

  it('gives what one scan gives: CSV in GB18030', async () => {
    // "id,名称\n1,中文\n2,中文\n" in GB18030.
    const bytes = Buffer.from('69642cc3fbb3c60a312cd6d0cec40a322cd6d0cec40a', 'hex');
    await expectSlices(bytes, csvFormat(), [1]);
  });

  it('gives what one scan gives behind a record that is too long', async () => {
    const long = `{"id":"long","text":"${'x'.repeat(maxDocumentBytes)}"}`;
    const lines = ['{"id":"a","text":"1"}', long, '{"id":"b","text":"2"}'];
    const events = await expectSlices(Buffer.from(lines.join('\n')), jsonlFormat(), [1]);
    expect(events.map(({ kind }) => kind)).toEqual(['document', 'unreadable', 'document']);
  });
});

async function expectSlices(
  bytes: Uint8Array,
  format: RecordFormat,
  cuts: readonly number[],
): ReturnType<typeof scanAll> {
  files += 1;
  const path = join(folder, `${files}`);
  await writeFile(path, bytes);
  const open = () => createRecordSource(path, format);
  const whole = await scanAll(open());
  expect(whole.length).toBeGreaterThan(0);
  expect(await scanInSlices(open, cuts)).toEqual(whole);
  const items = itemsOf(whole);
  const read = await readItems(open(), items);
  expect(read.map(({ contentHash }) => contentHash)).toEqual(
    items.flatMap((item) => (item.kind === 'document' ? [item.contentHash] : [])),
  );
  return whole;
}
