import { appendFile, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DocumentId, ScanEvent, SourceItem } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { itemsOf, scanAll, uncoveredIn } from '../test-scan.ts';
import { csvFormat } from './csv-format.ts';
import { jsonlFormat } from './jsonl-format.ts';
import { createRecordSource } from './record-source.ts';

const { signal } = new AbortController();
const changed = [{ prefix: '', reason: 'the file changed while it was read' }];
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-changing-'));
  path = join(folder, 'records');
});
afterEach(() => rm(folder, { recursive: true }));

const source = () => createRecordSource(path, jsonlFormat());
/** 10,000 rows are more than are read of a file at a time. */
const rows = (version: string, count: number, from = 0) =>
  Array.from(
    { length: count },
    (_, at) => `{"id":"${version}${at + from}","text":"${'x'.repeat(50)}"}\n`,
  ).join('');

describe('a JSONL file that changes while it is scanned', () => {
  it('rewritten in place: lists nothing of what was written, and covers nothing', async () => {
    await writeFile(path, rows('old', 10_000));
    const events = await scanWith(100, () => writeFile(path, rows('new', 12_000)));
    expect(uncoveredIn(events)).toEqual(changed);
    const items = itemsOf(events);
    expect(items.length).toBeLessThan(10_000);
    expect(items.map(({ documentId }) => documentId)).toEqual(items.map((_, at) => `old${at}`));
  });

  it.each([
    ['cut short', () => writeFile(path, rows('old', 50))],
    ['replaced by another', replaceBy(rows('old', 12_000))],
    ['touched', () => utimes(path, 1_000, 1_000)],
  ])('%s: covers nothing', async (_, change) => {
    await writeFile(path, rows('old', 10_000));
    const events = await scanWith(100, change);
    expect(uncoveredIn(events)).toEqual(changed);
    expect(itemsOf(events).every(({ kind }) => kind === 'document')).toBe(true);
  });

  it('rewritten after all of it was read: covers nothing', async () => {
    await writeFile(path, rows('old', 10));
    const events = await scanWith(10, () => writeFile(path, rows('new', 20)));
    expect(itemsOf(events)).toHaveLength(10);
    expect(uncoveredIn(events)).toEqual(changed);
  });

  it('appended to: lists it to its new end, each record once, and covers nothing', async () => {
    await writeFile(path, rows('a', 10_000));
    const events = await scanWith(100, () => appendFile(path, rows('a', 5_000, 10_000)));
    expect(uncoveredIn(events)).toEqual(changed);
    expect(itemsOf(events).map(({ documentId }) => documentId)).toEqual(
      Array.from({ length: 15_000 }, (_, at) => `a${at}`),
    );
  });

  it('taken away: says that it is not there', async () => {
    await writeFile(path, rows('a', 10_000));
    await expect(scanWith(100, () => rm(path))).rejects.toMatchObject({ code: 'not_found', part: 'source' });
  });
});

describe('a cursor of another state of the file', () => {
  it.each([
    ['rewritten', () => writeFile(path, rows('b', 200))],
    ['sorted otherwise', () => writeFile(path, rows('a', 1, 300) + rows('a', 150))],
    ['cut short', () => writeFile(path, rows('a', 90))],
    ['emptied', () => writeFile(path, '')],
    ['replaced', replaceBy(rows('a', 200))],
  ])('%s: covers nothing and lists nothing', async (_, change) => {
    await writeFile(path, rows('a', 100));
    const items = itemsOf(await scanAll(source()));
    await change();
    expect(await scanAll(source(), items[49]?.cursor ?? null)).toEqual([
      { kind: 'uncovered', ...changed[0] },
    ]);
  });

  it('that was appended to: goes on, covers nothing, and says so in every slice', async () => {
    await writeFile(path, rows('a', 100).trimEnd());
    const [last] = itemsOf(await scanAll(source())).slice(-1);
    await appendFile(path, `\n${rows('a', 10, 100)}`);
    const events = await scanAll(source(), last?.cursor ?? null);
    expect(uncoveredIn(events)).toEqual(changed);
    expect(itemsOf(events)).toHaveLength(10);
    expect(itemsOf(events)[0]).toMatchObject({ documentId: 'a100', location: { line: 101 } });
    const again = await scanAll(source(), itemsOf(events)[4]?.cursor ?? null);
    expect(uncoveredIn(again)).toEqual(changed);
    expect(itemsOf(again)).toEqual(itemsOf(events).slice(5));
  });

  it('that is packed, and so has no places of its own: stops', async () => {
    await writeFile(path, gzipSync(rows('a', 100)));
    const [first] = itemsOf(await scanAll(source()));
    await appendFile(path, gzipSync(rows('b', 100)));
    expect(await scanAll(source(), first?.cursor ?? null)).toEqual([{ kind: 'uncovered', ...changed[0] }]);
  });

  it('or of no file of records: covers nothing', async () => {
    await writeFile(path, rows('a', 10));
    for (const cursor of ['', '{"path":"a.md"}', '[1,2,3]']) {
      expect(uncoveredIn(await scanAll(source(), cursor))).toEqual(changed);
    }
  });
});

describe('a file of records that is not there', () => {
  it('is away for who reads one of its documents, and stays so for everything', async () => {
    await writeFile(path, rows('a', 10));
    const [item] = itemsOf(await scanAll(source()));
    await source().check(signal);
    await rm(path);
    await expect(readItem(item)).rejects.toMatchObject({ code: 'unavailable', part: 'source' });
    for (const ask of [() => scanAll(source()), () => source().check(signal)]) {
      await expect(ask()).rejects.toMatchObject({ code: 'not_found', part: 'source' });
    }
    await writeFile(path, '');
    for (const ask of [() => scanAll(source()), () => source().check(signal)]) {
      await expect(ask()).rejects.toMatchObject({ code: 'failed_precondition', part: 'source' });
    }
    await expect(readItem(item)).rejects.toMatchObject({ code: 'failed_precondition', part: null });
    await expect(scanAll(createRecordSource(path, csvFormat()))).rejects.toMatchObject({ part: 'source' });
    await expect(scanAll(createRecordSource(folder, jsonlFormat()))).rejects.toMatchObject({
      part: 'source',
    });
  });

  it.skipIf(process.platform !== 'linux')('is unavailable where the drive gives EIO', async () => {
    const memory = createRecordSource('/proc/self/mem', jsonlFormat());
    const away = { code: 'unavailable', part: 'source' };
    await expect(scanAll(memory)).rejects.toMatchObject(away);
    await expect(memory.check(signal)).rejects.toMatchObject(away);
    await expect(
      memory.read('a' as DocumentId, { offset: 0, length: 1, line: 1 }, signal),
    ).rejects.toMatchObject(away);
  });
});

/** Scans, and does something once so many items are listed. */
async function scanWith(count: number, change: () => Promise<void>): Promise<ScanEvent[]> {
  const events: ScanEvent[] = [];
  for await (const event of source().scan({ after: null, signal })) {
    events.push(event);
    if (events.length === count) await change();
  }
  return events;
}

function replaceBy(content: string): () => Promise<void> {
  return async () => {
    await writeFile(`${path}-new`, content);
    await rename(`${path}-new`, path);
  };
}

async function readItem(item: SourceItem | undefined): Promise<unknown> {
  if (item?.kind !== 'document') throw new Error('not listed');
  return await source().read(item.documentId, item.location, signal);
}
