import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordFields } from '@winnow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSource } from '../create-source.ts';
import { readItems, scanItems } from '../test-scan.ts';

const { signal } = new AbortController();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-fields-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function sourceOf(kind: 'jsonl' | 'csv', content: string, fields?: RecordFields) {
  const path = join(folder, `records.${kind}`);
  await writeFile(path, content);
  return createSource({ kind, path, ...(fields && { fields }) });
}

async function read(kind: 'jsonl' | 'csv', content: string, fields?: RecordFields) {
  const source = await sourceOf(kind, content, fields);
  const documents = await readItems(source, await scanItems(source));
  return documents.map(({ documentId, title, metadata, content: bytes }) => ({
    documentId,
    title,
    metadata,
    text: Buffer.from(bytes).toString(),
  }));
}

describe('fields of JSON lines', () => {
  const ticket = {
    key: 'T-1',
    id: 99,
    fields: { summary: 'Pump leaks', description: 'Water under the pump.' },
    'fields.kind': 'bug',
    comments: ['Seen twice.', 'Sealed.'],
    year: 2024,
    text: 'not this',
  };

  it('are what they are named for, within objects too, and all others are metadata', async () => {
    const fields = { id: 'key', title: 'fields.summary', text: ['fields.description', 'comments'] };
    expect(await read('jsonl', JSON.stringify(ticket), fields)).toEqual([
      {
        documentId: 'T-1',
        title: 'Pump leaks',
        text: 'Water under the pump.\n\nSeen twice.\n\nSealed.',
        metadata: { id: 99, 'fields.kind': 'bug', year: 2024, text: 'not this' },
      },
    ]);
  });

  it('are metadata only where they are named, if any is', async () => {
    const fields = { metadata: ['year', 'fields.kind', 'absent'] };
    expect(await read('jsonl', JSON.stringify(ticket), fields)).toMatchObject([
      { documentId: '99', text: 'not this', metadata: { year: 2024, 'fields.kind': 'bug' } },
    ]);
  });

  it('make the text all together with *', async () => {
    const [document] = await read('jsonl', '{"id":1,"a":"x","b":[2,true],"c":{"d":1},"title":"T"}', {
      text: ['*'],
    });
    expect(document).toMatchObject({ title: 'T', text: 'a: x\nb: 2\nb: true' });
  });

  it.each([
    ['id', { id: 'key' }, '{"id":1,"text":"x"}'],
    ['text', { text: ['body'] }, '{"id":1,"text":"x"}'],
  ])('that are named for the %s have to be there', async (_, fields, line) => {
    const source = await sourceOf('jsonl', line, fields);
    expect(await scanItems(source)).toMatchObject([{ kind: 'unreadable', reason: { code: 'malformed' } }]);
  });
});

describe('fields of time and of access', () => {
  const fields = { time: 'changed', access: 'groups' };
  const march = Date.UTC(2026, 2, 4, 9, 30);

  it('become metadata of fixed names, whatever the data writes', async () => {
    const lines = [
      { id: 1, text: 'x', changed: '2026-03-04T10:30:00+01:00', groups: ['staff', 'board'] },
      { id: 2, text: 'x', changed: march / 1_000, groups: 'staff; board' },
      { id: 3, text: 'x', time: 'own', access: 'own' },
      { id: 4, text: 'x', changed: '', groups: [] },
    ];
    const documents = await read('jsonl', lines.map((line) => JSON.stringify(line)).join('\n'), fields);
    const mapped = documents.map(({ metadata: { time, access } }) => ({ time, access }));
    expect(mapped).toEqual([
      { time: march, access: ['staff', 'board'] },
      { time: march, access: ['staff', 'board'] },
      { time: undefined, access: undefined },
      { time: undefined, access: undefined },
    ]);
    const table = 'id;text;Changed;Groups\n1;x;2026-03-04 09:30;staff, board\n2;x;1772616600;7\n3;x;;\n';
    expect((await read('csv', table, fields)).map(({ metadata }) => metadata)).toEqual([
      { time: march, access: ['staff', 'board'], Changed: '2026-03-04 09:30', Groups: 'staff, board' },
      { time: march, access: ['7'], Changed: 1_772_616_600, Groups: 7 },
      {},
    ]);
  });

  it('that cannot be read are said in the inbox, and guessed at nowhere', async () => {
    for (const line of [
      '{"id":1,"text":"x","changed":"3/4/2026"}',
      '{"id":1,"text":"x","groups":{"staff":true}}',
      JSON.stringify({ id: 1, text: 'x', groups: Array.from({ length: 257 }, (_, at) => `group ${at}`) }),
    ]) {
      expect(await scanItems(await sourceOf('jsonl', line, fields))).toMatchObject([
        { kind: 'unreadable', reason: { code: 'malformed' } },
      ]);
    }
    await expect(scanItems(await sourceOf('csv', 'id,text\n1,x\n', fields))).rejects.toThrow(
      'has no column changed',
    );
  });
});

describe('columns of a table', () => {
  const table = 'SKU,Name,Blurb,Care,Price\n7,Kettle,Boils water.,Descale monthly.,30\n8,Lamp,,Dust it.,12\n';

  it('are what they are named for, in any case', async () => {
    const fields = { id: 'sku', title: 'name', text: ['blurb', 'care'], metadata: ['price', 'name'] };
    expect(await read('csv', table, fields)).toEqual([
      {
        documentId: '7',
        title: 'Kettle',
        text: 'Boils water.\n\nDescale monthly.',
        metadata: { Price: 30, Name: 'Kettle' },
      },
      { documentId: '8', title: 'Lamp', text: 'Dust it.', metadata: { Price: 12, Name: 'Lamp' } },
    ]);
  });

  it('make the text all together with *, or where nothing was said of them', async () => {
    const lines = 'Blurb: Boils water.\nCare: Descale monthly.\nPrice: 30';
    const all = await read('csv', table, { id: 'SKU', title: 'Name', text: ['*'] });
    expect(all[0]?.text).toBe(lines);
    expect((await read('csv', table))[0]?.text).toBe(`SKU: 7\nName: Kettle\n${lines}`);
  });

  it.each([
    ['no text among them', {}, 'say which one is the text'],
    ['none of a name that is given', { text: ['blurb'], id: 'number' }, 'has no column number'],
  ])('with %s are refused, with those that there are', async (_, fields, message) => {
    const source = await sourceOf('csv', table, fields);
    const refusal = {
      code: 'failed_precondition',
      part: 'source',
      message: expect.stringContaining(message),
    };
    await expect(source.check(signal)).rejects.toMatchObject(refusal);
    await expect(source.check(signal)).rejects.toThrow('it has SKU, Name, Blurb, Care, Price');
    await expect(scanItems(source)).rejects.toMatchObject({ code: 'failed_precondition', part: 'source' });
  });
});
