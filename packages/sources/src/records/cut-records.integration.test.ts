import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemsOf, readItems, scanAll, scanInSlices, uncoveredIn } from '../test-scan.ts';
import { csvFormat } from './csv-format.ts';
import { jsonlFormat } from './jsonl-format.ts';
import type { RecordFormat } from './record.ts';
import { createRecordSource } from './record-source.ts';

const cutOff = [{ prefix: '', reason: 'the file ends in the middle of a record' }];
let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-cut-'));
});
afterAll(() => rm(folder, { recursive: true }));

const jsonl = Array.from({ length: 300 }, (_, at) => `{"id":"${at}","text":"第 ${at} 行, \\"zitiert\\""}\n`);
const csv = Array.from({ length: 300 }, (_, at) => `${at},"第 ${at} 行\nmit \t""Zitat"", zwei",x\n`);
const csvHeader = 'id,text,more\n';

describe('a JSONL file of 300 rows', () => {
  it('cut at a byte in the middle lists the rows before, and covers nothing', async () => {
    const bytes = Buffer.from(jsonl.join(''));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: bytes.length - 1 }), async (length) => {
        const events = await scanCut(bytes.subarray(0, length), jsonlFormat());
        const { whole, isAtEnd } = rowsIn(jsonl, length);
        expect(idsOf(events)).toEqual(Array.from({ length: whole }, (_, at) => `${at}`));
        expect(uncoveredIn(events)).toEqual(isAtEnd ? [] : cutOff);
      }),
      { numRuns: 60 },
    );
  });

  it('packed, and cut at any byte, lists what can be had of it, and covers nothing', async () => {
    const bytes = gzipSync(jsonl.join(''));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 20, max: bytes.length - 1 }), async (length) => {
        const events = await scanCut(bytes.subarray(0, length), jsonlFormat());
        expect(uncoveredIn(events)).toEqual(cutOff);
        expect(idsOf(events)).toEqual(itemsOf(events).map((_, at) => `${at}`));
      }),
      { numRuns: 30 },
    );
    expect(idsOf(await scanCut(bytes.subarray(0, bytes.length - 4), jsonlFormat()))).toHaveLength(300);
  });

  it('in UTF-16, cut within a character, lists the rows before', async () => {
    const bytes = Buffer.from(`\ufeff${jsonl.join('')}`, 'utf16le');
    const events = await scanCut(bytes.subarray(0, bytes.length - 3), jsonlFormat());
    expect(idsOf(events)).toHaveLength(299);
    expect(uncoveredIn(events)).toEqual(cutOff);
  });

  it('damaged where it is packed lists nothing, since nothing of it can be trusted', async () => {
    const bytes = gzipSync(jsonl.join(''), { level: 0 });
    bytes.write('X', bytes.length >> 1);
    expect(await scanCut(bytes, jsonlFormat())).toEqual([
      { kind: 'uncovered', prefix: '', reason: expect.stringContaining('damaged') },
    ]);
  });
});

describe('a CSV file of 300 rows', () => {
  it('cut at a byte in the middle lists the rows before, and covers nothing unless the cut cannot be seen', async () => {
    const bytes = Buffer.from(csvHeader + csv.join(''));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: csvHeader.length + 1, max: bytes.length - 1 }), async (length) => {
        const events = await scanCut(bytes.subarray(0, length), csvFormat());
        const { whole, isAtEnd } = rowsIn(csv, length - csvHeader.length);
        // `7,"text",` is a row whose last field is empty.
        const isSeen = bytes[length - 1] !== 0x2c || bytes[length - 2] !== 0x22;
        const rows = isSeen ? whole : Math.max(whole, idsOf(events).length);
        expect(idsOf(events)).toEqual(Array.from({ length: rows }, (_, at) => `${at}`));
        if (isSeen) expect(uncoveredIn(events)).toEqual(isAtEnd ? [] : cutOff);
      }),
      { numRuns: 60 },
    );
  });

  it('cut within a quoted text that looks like rows still covers nothing', async () => {
    const events = await scanCut(Buffer.from('id,text\n1,"a\nb, c\nd, e'), csvFormat());
    expect(uncoveredIn(events)).toEqual(cutOff);
  });
});

describe('a file of which nothing is left but part of a record', () => {
  it.each([
    ['{"id":"a","te', jsonlFormat()],
    ['id,text\n1', csvFormat()],
    ['id,text\n1,"a', csvFormat()],
  ])('%j does not look like an empty source', async (content, format) => {
    expect(await scanCut(Buffer.from(content), format)).toEqual([{ kind: 'uncovered', ...cutOff[0] }]);
  });
});

/** Scans, and sees that slices give the same and that all that is listed can be read. */
async function scanCut(bytes: Uint8Array, format: RecordFormat): ReturnType<typeof scanAll> {
  files += 1;
  const path = join(folder, `${files}`);
  await writeFile(path, bytes);
  const open = () => createRecordSource(path, format);
  const events = await scanAll(open());
  const items = itemsOf(events);
  expect(items.every(({ kind }) => kind === 'document')).toBe(true);
  const sliced = await scanInSlices(open, [Math.ceil(items.length / 2) || 1]);
  expect(itemsOf(sliced)).toEqual(items);
  expect(uncoveredIn(sliced).length > 0).toBe(uncoveredIn(events).length > 0);
  expect(await readItems(open(), items.slice(-2))).toHaveLength(Math.min(2, items.length));
  return events;
}

/** How many rows are whole in the first bytes of a file, and whether those end with one. */
function rowsIn(rows: readonly string[], length: number): { whole: number; isAtEnd: boolean } {
  let at = 0;
  let whole = 0;
  for (const row of rows) {
    at += Buffer.byteLength(row);
    // The line break may be missing.
    if (at - 1 > length) break;
    whole += 1;
    if (at >= length) return { whole, isAtEnd: true };
  }
  return { whole, isAtEnd: false };
}

function idsOf(events: Awaited<ReturnType<typeof scanAll>>): string[] {
  return itemsOf(events).map(({ documentId }) => documentId);
}
