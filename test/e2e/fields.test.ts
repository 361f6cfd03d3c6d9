import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { handbook, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { winnow, winnowJson } from '../harness/processes.ts';

test('columns of a table are named, or refused with those that there are', async () => {
  const folder = await temporaryFolder();
  const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
  const path = join(folder, 'products.csv');
  await writeFile(
    path,
    'sku,name,blurb,care\n7,Kettle,Boils water.,Descale monthly.\n8,Lamp,Gives light.,Dust it.\n',
  );
  const create = ['corpus', 'create', 'shop', '--source', path, '--language', 'en'];

  const refused = await winnow(create, environment);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('it has sku, name, blurb, care');

  const undated = await winnow([...create, '--updated-field', 'care'], environment);
  expect([undated.code, undated.stderr]).toEqual([2, expect.stringContaining('a table in a database')]);

  await winnowJson(
    [...create, '--id-field', 'sku', '--title-field', 'name', '--text-field', 'blurb', 'care'],
    environment,
  );
  await winnowJson(['ingest', 'shop'], environment);
  const { hits } = await winnowJson<{ hits: readonly { documentId: string; title: string; text: string }[] }>(
    ['search', 'shop', 'descale', '--mode', 'bm25'],
    environment,
  );
  expect(hits).toMatchObject([
    { documentId: '7', title: 'Kettle', text: expect.stringContaining('Boils water.') },
  ]);
  expect(await winnowJson(['corpus', 'show', 'shop'], environment)).toMatchObject({
    sources: [{ settings: { kind: 'csv', fields: { id: 'sku', title: 'name', text: ['blurb', 'care'] } } }],
  });
});

test('files are found by where they lie and what they are called', async () => {
  const folder = await temporaryFolder();
  const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
  await writeFiles(join(folder, 'docs'), {
    ...handbook,
    'people/more/rollback.md': '# People\n\nA rollback.\n',
  });
  const source = `docs=${join(folder, 'docs')}`;
  await winnowJson(['corpus', 'create', 'all', '--source', source, '--language', 'en'], environment);
  await winnowJson(['ingest', 'all'], environment);
  const found = async (filter: object) => {
    const words = ['search', 'all', 'a day', '--rerank', 'none', '--filter', JSON.stringify(filter)];
    const { hits } = await winnowJson<{ hits: readonly { documentId: string }[] }>(words, environment);
    return hits.map(({ documentId }) => documentId).sort();
  };
  const people = ['people/holidays.md', 'people/more/rollback.md'];
  expect(await found({ op: 'eq', field: 'folder', value: 'people' })).toEqual(people);
  expect(await found({ op: 'eq', field: 'folder', value: 'people/more' })).toEqual([people[1]]);
  expect(await found({ op: 'eq', field: 'name', value: 'rollback.md' })).toEqual([
    'operations/rollback.md',
    people[1],
  ]);
  expect(await found({ op: 'eq', field: 'path', value: 'kitchen.txt' })).toEqual(['kitchen.txt']);
});

test('a time and groups of a table are filtered by, and what cannot be read of them is in the inbox', async () => {
  const folder = await temporaryFolder();
  const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
  const path = join(folder, 'notes.csv');
  const rows = [
    'id,text,changed,groups',
    '1,The ferry leaves at nine.,2026-01-10,"staff, board"',
    '2,The ferry leaves at ten.,2026-03-10T08:00:00+01:00,board',
    '3,The ferry leaves at noon.,2026-03-10,',
    '4,The ferry leaves at one.,3/4/2026,staff',
  ];
  await writeFile(path, `${rows.join('\n')}\n`);
  const fields = ['--time-field', 'changed', '--access-field', 'groups'];
  await winnowJson(
    ['corpus', 'create', 'notes', '--source', path, '--language', 'en', ...fields],
    environment,
  );
  expect(await winnowJson(['ingest', 'notes'], environment)).toMatchObject({
    documents: { new: 3, failed: 1 },
  });
  const found = async (filter: unknown) => {
    const words = ['search', 'notes', 'ferry', '--mode', 'bm25', '--filter', JSON.stringify(filter)];
    const { hits } = await winnowJson<{ hits: readonly { documentId: string }[] }>(words, environment);
    return hits.map(({ documentId }) => documentId).sort();
  };
  const since = { op: 'range', field: 'time', gte: '2026-03-10T08:00:00+01:00' };
  const staff = { op: 'in', field: 'access', values: ['staff'] };
  expect(await found(since)).toEqual(['2']);
  expect(await found({ ...since, gte: '2026-03-01', lt: '2026-03-10T01:00:00Z' })).toEqual(['3']);
  expect(await found(staff)).toEqual(['1']);
  expect(await found({ ...staff, values: ['staff', 'board'] })).toEqual(['1', '2']);
  expect(await found({ op: 'and', filters: [since, staff] })).toEqual([]);
});
