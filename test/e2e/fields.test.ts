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
