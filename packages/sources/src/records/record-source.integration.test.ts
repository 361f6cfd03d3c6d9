import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DocumentId, RawDocument, SourceItem } from '@winnow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readItems, scanItems } from '../test-scan.ts';
import { csvFormat } from './csv-format.ts';
import { jsonlFormat } from './jsonl-format.ts';
import type { RecordFormat } from './record.ts';
import { createRecordSource } from './record-source.ts';

const { signal } = new AbortController();
let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-records-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a JSONL source', () => {
  const good = [
    '{"_id":"4983","title":"Microstructural development","text":"Alterations of…","metadata":{"year":1999}}',
    '{"id":7,"content":"中文内容","lang":"zh","nested":{"a":1},"year":2024}',
  ];

  it('reads BEIR records and their like, with simple fields as metadata', async () => {
    const documents = await readAll(await path(good.join('\n')), jsonlFormat());
    expect(documents).toMatchObject([
      {
        documentId: '4983',
        title: 'Microstructural development',
        metadata: { year: 1999 },
        mediaType: 'text/plain',
      },
      { documentId: '7', title: null, metadata: { lang: 'zh', year: 2024 } },
    ]);
    expect(documents.map(({ content }) => Buffer.from(content).toString())).toEqual([
      'Alterations of…',
      '中文内容',
    ]);
  });

  it('reports broken lines under their number, and takes their neighbours in', async () => {
    const lines = [good[0], '{"cut', '', 'no json', '[1]', '{"id":"x"}', '{"id":{},"text":"y"}', good[1]];
    const items = await scan(await path(lines.join('\r\n')), jsonlFormat());
    expect(items.map((item) => [item.documentId, item.kind])).toEqual([
      ['4983', 'document'],
      ['line-2', 'unreadable'],
      ['line-4', 'unreadable'],
      ['line-5', 'unreadable'],
      ['line-6', 'unreadable'],
      ['line-7', 'unreadable'],
      ['7', 'document'],
    ]);
  });

  it('reports bytes that are no UTF-8 on their line only', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${good[0]}\n{"id":"x","text":"`),
      Buffer.of(0xff),
      Buffer.from(`"}\n${good[1]}`),
    ]);
    expect(await scan(await path(bytes), jsonlFormat())).toMatchObject([
      { kind: 'document' },
      { kind: 'unreadable', documentId: 'line-2', otherwise: "line-2'", reason: { code: 'undecodable' } },
      { kind: 'document' },
    ]);
  });

  it('says which id a record has where another before it has taken its own', async () => {
    const lines = [
      '{"id":"a","text":"1"}',
      '{"id":"a","text":"2"}',
      '{"id":"line-3","text":"3"}',
      '{"text":"4"}',
    ];
    const items = await scan(await path(lines.join('\n')), jsonlFormat());
    expect(items).toMatchObject([
      { documentId: 'a', otherwise: 'line-1' },
      { documentId: 'a', otherwise: 'line-2' },
      { documentId: 'line-3', otherwise: "line-3'" },
      { documentId: 'line-4', otherwise: "line-4'" },
    ]);
  });

  it('names a record without an id for its line', async () => {
    const documents = await readAll(await path('{"text":"a"}\n\n{"text":"b"}'), jsonlFormat());
    expect(documents.map(({ documentId }) => documentId)).toEqual(['line-1', 'line-3']);
  });

  it('reads gzipped records, and records after a byte order mark', async () => {
    const text = good.join('\n');
    const plain = await readAll(await path(text), jsonlFormat());
    expect(await readAll(await path(gzipSync(text)), jsonlFormat())).toEqual(plain);
    expect(await readAll(await path(`\ufeff${text}`), jsonlFormat())).toEqual(plain);
    expect(await readAll(await path(Buffer.from(`\ufeff${text}`, 'utf16le')), jsonlFormat())).toEqual(plain);
  });

  it('takes the same content written differently for the same version', async () => {
    const [a] = await scan(await path('{"id":"a","text":"中","title":"T"}'), jsonlFormat());
    const [b] = await scan(await path('{ "title": "T", "text": "\\u4e2d", "id": "a" }'), jsonlFormat());
    const [c] = await scan(await path('{"id":"a","text":"中","title":"T","year":1}'), jsonlFormat());
    if (a?.kind !== 'document' || b?.kind !== 'document' || c?.kind !== 'document')
      throw new Error('not listed');
    expect(b.contentHash).toBe(a.contentHash);
    expect(c.contentHash).not.toBe(a.contentHash);
  });

  it('refuses to read where another record came to stand', async () => {
    const file = await path('{"id":"a","text":"1"}\n{"text":"2"}');
    const items = await scan(file, jsonlFormat());
    await writeFile(file, '{"id":"b","text":"1"}\n{"text":"3"}');
    for (const item of items) {
      if (item.kind !== 'document') throw new Error('not listed');
      const reading = createRecordSource(file, jsonlFormat()).read(item.documentId, item.location, signal);
      await expect(reading).rejects.toMatchObject({ code: 'failed_precondition' });
    }
  });

  it('says so when the file is not there or holds nothing', async () => {
    await expect(scan(join(folder, 'absent.jsonl'), jsonlFormat())).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(scan(await path(''), jsonlFormat())).rejects.toMatchObject({ code: 'failed_precondition' });
    await expect(scan(await path('\n \n'), jsonlFormat())).rejects.toMatchObject({
      code: 'failed_precondition',
    });
    const read = createRecordSource(join(folder, 'absent.jsonl'), jsonlFormat()).read(
      'a' as DocumentId,
      { offset: 0, length: 1 },
      signal,
    );
    await expect(read).rejects.toMatchObject({ code: 'unavailable', part: 'source' });
  });
});

describe('a CSV source', () => {
  const table = 'id,title,text,year,code\n1,甲,"第一行\n第二行, ""引用""",2024,007\n2,乙,文本,2025,x\n';

  it('takes every plain number of a column for one, and nothing else', async () => {
    const rows = ['12.5', '12.50', '30.00', '-0.5', '007', '"1,200"', '1e3', '12345678901234567890', 'true'];
    const given = `id,text,price\n${rows.map((price, at) => `${at},t,${price}`).join('\n')}\n`;
    const documents = await readAll(await path(given), csvFormat());
    expect(documents.map(({ metadata }) => metadata.price)).toEqual([
      ...[12.5, 12.5, 30, -0.5],
      ...['007', '1,200', '1e3', '12345678901234567890', 'true'],
    ]);
  });

  it('reads rows with quoted line breaks, and other columns as metadata', async () => {
    const documents = await readAll(await path(table), csvFormat());
    expect(documents).toMatchObject([
      { documentId: '1', title: '甲', metadata: { year: 2024, code: '007' } },
      { documentId: '2', title: '乙', metadata: { year: 2025, code: 'x' } },
    ]);
    expect(Buffer.from(documents[0]?.content ?? []).toString()).toBe('第一行\n第二行, "引用"');
  });

  it.each([
    ['gzip', gzipSync(table)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${table}`)],
    ['UTF-16', Buffer.from(`\ufeff${table}`, 'utf16le')],
    [
      'semicolons',
      Buffer.from('id;title;text;year;code\n1;甲;"第一行\n第二行, ""引用""";2024;007\n2;乙;文本;2025;x'),
    ],
    [
      'tabs',
      Buffer.from(
        'id\ttitle\ttext\tyear\tcode\n1\t甲\t"第一行\n第二行, ""引用"""\t2024\t007\n2\t乙\t文本\t2025\tx',
      ),
    ],
  ])('reads the same from %s', async (_, bytes) => {
    expect(await readAll(await path(bytes), csvFormat())).toEqual(
      await readAll(await path(table), csvFormat()),
    );
  });

  it('reads GB18030 without being told', async () => {
    // "id,名称\n1,中文" in GB18030.
    const bytes = Buffer.from('69642cc3fbb3c60a312cd6d0cec4', 'hex');
    expect(await readAll(await path(bytes), csvFormat())).toMatchObject([
      { documentId: '1', metadata: { 名称: '中文' } },
    ]);
  });

  it('joins all columns where none is the text', async () => {
    const [document] = await readAll(
      await path('Team,City,,Cups\nMaple Leafs,Toronto,,13\n,,,\n'),
      csvFormat(),
    );
    expect(Buffer.from(document?.content ?? []).toString()).toBe(
      'Team: Maple Leafs\nCity: Toronto\nCups: 13',
    );
  });

  it('reports rows of the wrong shape, and takes their neighbours in', async () => {
    const text = 'id,text\n1,a\n2\n3,b,c\n4,"open\n5,d\n6,"e"\n7,f,\n';
    const items = await scan(await path(text), csvFormat());
    expect(items.map((item) => [item.documentId, item.kind])).toEqual([
      ['1', 'document'],
      ['line-3', 'unreadable'],
      ['line-4', 'unreadable'],
      ['line-5', 'unreadable'],
      ['5', 'document'],
      ['6', 'document'],
      ['7', 'document'],
    ]);
  });

  it('gives the same hash when it lists and when it reads, whatever the line breaks', async () => {
    const file = await path('id,text\r\n1,"a\r\nb"\r\n2,c\r\n');
    const items = await scan(file, csvFormat());
    const hashes = (await readAll(file, csvFormat())).map(({ contentHash }) => contentHash);
    expect(items.map((item) => item.kind === 'document' && item.contentHash)).toEqual(hashes);
  });
});

async function path(content: string | Uint8Array): Promise<string> {
  files += 1;
  const file = join(folder, `records-${files}`);
  await writeFile(file, content);
  return file;
}

function scan(file: string, format: RecordFormat): Promise<SourceItem[]> {
  return scanItems(createRecordSource(file, format));
}

async function readAll(file: string, format: RecordFormat): Promise<RawDocument[]> {
  return await readItems(createRecordSource(file, format), await scan(file, format));
}
