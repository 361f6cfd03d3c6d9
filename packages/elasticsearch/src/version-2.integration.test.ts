import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Corpus, corpusDefaults, corpusVersion, liveRef } from '@winnow/core';
import { elasticsearchUrl, scheduleOf, uniquePrefix } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestStore, type TestStore } from './test-support.ts';

/** What version 2 kept of corpora: the same records whatever keeps them. */
const expected = join(import.meta.dirname, '../../embedded/fixtures/version-2/expected.json');
let opened: TestStore;
let corpora: readonly Corpus[];

beforeEach(async () => {
  opened = await openTestStore(elasticsearchUrl(), uniquePrefix());
  const contents = JSON.parse(await readFile(expected, 'utf8')) as readonly { readonly corpus: Corpus }[];
  corpora = contents.map(({ corpus }) => corpus);
  const index = `${opened.prefix}.corpora`;
  await opened.client.indices.create({
    ...{ index, settings: { number_of_shards: 1 }, aliases: { [`${index}.write`]: {} } },
    mappings: {
      ...{ dynamic: 'strict', _meta: { schema_version: 2, dimensions: null } },
      properties: {
        name: { type: 'keyword' },
        record: { type: 'keyword', index: false, doc_values: false },
      },
    },
  });
  for (const corpus of corpora) {
    const document = { name: corpus.name, record: JSON.stringify(corpus) };
    await opened.client.index({ index, id: corpus.name, document });
  }
});
afterEach(() => opened.dispose());

describe('corpora that version 2 has kept', () => {
  test('are read with what a corpus has by now, and listed', async () => {
    const now = { ...corpusDefaults, version: corpusVersion, lastGeneration: 1 };
    const brought = corpora.map((corpus) => ({ ...corpus, ...now }));
    for (const corpus of brought) {
      expect(await opened.store.corpora.get(corpus.name)).toMatchObject(corpus);
    }
    expect(await opened.store.corpora.list()).toMatchObject(brought);
  });

  test('go on: they are changed, scheduled, made a generation for, and deleted', async () => {
    const [first, second] = corpora;
    if (first === undefined || second === undefined) throw new Error('there are two corpora');
    const { store } = opened;
    const changed = await store.corpora.update(first, (corpus) => ({ ...corpus, keepRetiredHours: 1 }));
    expect(changed).toMatchObject({ version: corpusVersion, keepRetiredHours: 1 });
    expect(await store.corpora.get(first.name)).toEqual(changed);
    for (const corpus of [changed, second]) await store.schedules.set(scheduleOf(corpus));
    for (const generation of changed.generations) await store.corpora.prepareGeneration(changed, generation);
    expect(await store.manifest.list(liveRef(changed), { limit: 1 })).toEqual([]);
    await store.corpora.delete(first.name);
    expect(await store.corpora.list()).toMatchObject([{ name: second.name }]);
    expect(await store.schedules.list()).toEqual([scheduleOf(second)]);
  });
});
