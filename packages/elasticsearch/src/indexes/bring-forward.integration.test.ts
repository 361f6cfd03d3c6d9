import { type GenerationRef, liveRef, type Store } from '@winnow/core';
import {
  corpusOf,
  elasticsearchUrl,
  newRevisionOf,
  revisionOf,
  runIdOf,
  uniquePrefix,
} from '@winnow/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestProxy, type TestProxy } from '../test-proxy.ts';
import { openTestStore, type TestStore } from '../test-support.ts';
import { schemaVersion } from './index-definitions.ts';
import { indexNames, writeAlias } from './names.ts';

const never = new AbortController().signal;
const run = runIdOf('run-1');
const query = { terms: ['text'], vector: null, k: 10, filter: null, signal: never };
let proxy: TestProxy;
let opened: TestStore;
let store: Store;
let ref: GenerationRef;
let manifest: string;
let count = 0;

beforeAll(async () => {
  opened = await openTestStore(elasticsearchUrl(), uniquePrefix());
  proxy = await startTestProxy(opened.url);
});
beforeEach(async () => {
  const corpus = corpusOf(`forward-${++count}`);
  await opened.store.corpora.create(corpus);
  ref = liveRef(corpus);
  manifest = indexNames(opened.prefix).manifest(ref);
  await opened.store.manifest.admit(ref, run);
  await opened.store.manifest.accept(ref, run, [newRevisionOf('a')]);
  await opened.store.chunks.commit(ref, [revisionOf('a', 1, ['text'])], never);
  // A process that has not met the index yet.
  store = opened.openAt(proxy.url);
  proxy.intercept = () => 'pass';
});
afterAll(async () => {
  await proxy.close();
  await opened.dispose();
});

const metaOf = async (index: string) =>
  (await opened.client.indices.getMapping({ index }))[index]?.mappings._meta;
const setMeta = (index: string, meta: object) =>
  opened.client.indices.putMapping({ index, _meta: { ...meta } });
const changes = () =>
  proxy.requests.filter(({ method, path }) => method === 'PUT' && /_(mapping|settings)/.test(path));

describe('indexes of a later version', () => {
  test('are read and written, and what they have more of stays', async () => {
    const later = { schema_version: schemaVersion + 5, dimensions: 8, of_later: 'kept' };
    const chunks = indexNames(opened.prefix).chunks(ref);
    for (const index of [manifest, chunks]) await setMeta(index, later);
    await opened.client.indices.putMapping({
      index: manifest,
      properties: { of_later: { type: 'keyword' } },
    });
    const id = (await opened.store.chunks.census(ref, { limit: 1 }, never))[0]?.documentKey ?? '';
    const { _source: record } = await opened.client.get<object>({ index: manifest, id });
    const document = { ...record, of_later: 'said' };
    await opened.client.index({ index: writeAlias(manifest), id, document, refresh: true });

    expect((await store.chunks.recall(ref, query)).bm25).toHaveLength(1);
    expect(await store.manifest.list(ref, { limit: 10 })).toHaveLength(1);
    await store.manifest.accept(ref, run, [newRevisionOf('a', { over: 1 })]);
    const results = await store.chunks.commit(ref, [revisionOf('a', 2, ['text again'])], never);
    expect(results).toMatchObject([{ outcome: 'committed' }]);
    const after = await opened.client.get<object>({ index: manifest, id });
    expect(after._source).toMatchObject({ of_later: 'said', live_revision: 2 });
    for (const index of [manifest, chunks]) expect(await metaOf(index)).toEqual(later);
    await store.close();
  });
});

describe('indexes of an earlier version', () => {
  test('are changed once in a process, when it first writes', async () => {
    await setMeta(manifest, { schema_version: 1, fingerprint: 'kept' });
    const before = changes().length;
    await store.chunks.recall(ref, query);
    await store.manifest.tally(ref);
    expect(changes()).toHaveLength(before);
    await Promise.all(
      [1, 2, 3].map(() =>
        store.manifest.dismiss(ref, [{ documentId: newRevisionOf('a').documentId, revision: 1 }]),
      ),
    );
    await store.manifest.accept(ref, run, [newRevisionOf('b')]);
    expect(changes()).toHaveLength(before + 2);
    expect(await metaOf(manifest)).toEqual({ schema_version: schemaVersion, fingerprint: 'kept' });
    await store.close();
  });

  test.each(['_settings', '_mapping'])(
    'are changed by the next who writes where %s broke off',
    async (step) => {
      await setMeta(manifest, { schema_version: 1 });
      const refreshInterval = { index: manifest, settings: { refresh_interval: '1s' } };
      await opened.client.indices.putSettings(refreshInterval);
      proxy.intercept = ({ method, path }) => (method === 'PUT' && path.includes(step) ? 'cut' : 'pass');
      const accepting = () => store.manifest.accept(ref, run, [newRevisionOf('b')]);
      await expect(accepting()).rejects.toMatchObject({ code: 'unavailable', part: 'index' });
      expect(await metaOf(manifest)).toEqual({ schema_version: 1 });
      proxy.intercept = () => 'pass';
      expect(await accepting()).toHaveLength(1);
      expect(await metaOf(manifest)).toEqual({ schema_version: schemaVersion });
      const settings = await opened.client.indices.getSettings({ index: manifest });
      expect(settings[manifest]?.settings?.index?.refresh_interval).toBe('-1');
      await store.close();
    },
  );
});

test('an index that is there with vectors of other dimensions is not taken for the one that is to be', async () => {
  const corpus = corpusOf('dimensions');
  await opened.breakOffCreate(corpus);
  const [generation] = corpus.generations;
  if (generation === undefined) throw new Error('no generation');
  const wider = { ...corpus, generations: [{ ...generation, dimensions: 16 }] };
  await expect(store.corpora.create(wider)).rejects.toMatchObject({
    code: 'failed_precondition',
    message: expect.stringContaining('8 dimensions instead of 16'),
  });
  await store.close();
});
