import { embeddingKeyOf, type GenerationRef, liveRef, type Store, silentLogger } from '@winnow/core';
import {
  corpusOf,
  elasticsearchUrl,
  newRevisionOf,
  revisionOf,
  runIdOf,
  runOf,
  uniquePrefix,
  unitVectorOf,
} from '@winnow/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createElasticsearchEmbeddingCache } from '../embedding-cache/elasticsearch-embedding-cache.ts';
import { createElasticsearchLedger } from '../ledger/elasticsearch-ledger.ts';
import { startTestProxy, type TestProxy } from '../test-proxy.ts';
import { billedAnswer, openTestStore, type TestStore } from '../test-support.ts';
import { indexNames } from './names.ts';

const never = new AbortController().signal;
const run = runIdOf('run-1');
const refreshMs = 1_000;
let proxy: TestProxy;
let direct: TestStore;
let store: Store;
let ref: GenerationRef;
let count = 0;

beforeAll(async () => {
  direct = await openTestStore(elasticsearchUrl(), uniquePrefix());
  proxy = await startTestProxy(direct.url);
});
beforeEach(async () => {
  store = direct.openAt(proxy.url, { refreshMs });
  const corpus = corpusOf(`refreshes-${++count}`);
  await direct.store.corpora.create(corpus);
  ref = liveRef(corpus);
  await store.manifest.admit(ref, run);
});
afterAll(async () => {
  await proxy.close();
  await direct.dispose();
});

const refreshes = () => {
  const index = indexNames(direct.prefix).chunks(ref);
  return proxy.requests.filter(({ path }) => path.startsWith(`/${index}/_refresh`)).length;
};

const idsOf = (lane: number, bundle: number) =>
  Array.from({ length: 20 }, (_, index) => `document-${lane}-${bundle}-${index}`);

describe('refreshes of the chunk index', () => {
  test('are shared by lanes that commit densely, and every commit is visible when it is answered', async () => {
    const bundles = 10;
    const began = performance.now();
    const lane = async (number: number) => {
      for (let bundle = 0; bundle < bundles; bundle += 1) {
        const ids = idsOf(number, bundle);
        await store.manifest.accept(
          ref,
          run,
          ids.map((id) => newRevisionOf(id)),
        );
        const revisions = ids.map((id) => revisionOf(id, 1, [`bundle of ${number}`, id]));
        const results = await store.chunks.commit(ref, revisions, never);
        expect(results.every(({ outcome }) => outcome === 'committed')).toBe(true);
        const query = { terms: [String(number)], vector: null, k: 1_000, filter: null, signal: never };
        const found = await store.chunks.recall(ref, query);
        const bundled = [...found.chunks.values()].filter(({ text }) => text === `bundle of ${number}`);
        expect(bundled).toHaveLength(ids.length * (bundle + 1));
      }
    };
    await Promise.all([0, 1, 2, 3].map(lane));
    const intervals = (performance.now() - began) / refreshMs;
    // The first four are not spared.
    expect(refreshes()).toBeLessThanOrEqual(Math.ceil(intervals) + 4);
    expect(refreshes()).toBeLessThan(4 * bundles);
    await store.close();
  });

  test('after deletes come by themselves, without anybody waiting', async () => {
    for (const revision of [1, 2]) {
      await store.manifest.accept(ref, run, [newRevisionOf('a', { over: revision - 1 })]);
      await store.chunks.commit(ref, [revisionOf('a', revision, [`version ${revision}`])], never);
    }
    const index = indexNames(direct.prefix).chunks(ref);
    const visible = async () => (await direct.client.count({ index })).count;
    expect(refreshes()).toBe(2);
    expect(await visible()).toBe(2);
    await expect.poll(visible, { timeout: 20 * refreshMs }).toBe(1);
    expect(refreshes()).toBe(3);
    await store.close();
  });

  test('that are owed when the store is closed are done before', async () => {
    await store.manifest.accept(ref, run, [newRevisionOf('a')]);
    await store.chunks.commit(ref, [revisionOf('a', 1, ['text'])], never);
    await store.chunks.remove(ref, run, [{ documentId: newRevisionOf('a').documentId, revision: 1 }], never);
    await store.close();
    expect((await direct.client.count({ index: indexNames(direct.prefix).chunks(ref) })).count).toBe(0);
  });

  test('are spared where a commit has no chunks, and by reads that may be stale', async () => {
    await store.manifest.accept(ref, run, [newRevisionOf('a')]);
    await store.chunks.commit(ref, [revisionOf('a', 1, [])], never);
    const before = proxy.requests.length;
    await store.manifest.list(ref, { limit: 10, stale: true });
    const made = proxy.requests.slice(before).filter(({ path }) => path.includes('_refresh'));
    expect(made).toHaveLength(0);
    expect(refreshes()).toBe(0);
    await store.close();
  });

  test('are not needed for deleted chunks to be passed over', async () => {
    const patient = direct.openAt(proxy.url, { refreshMs: 3_000 });
    const documents = [revisionOf('a', 1, ['shared', 'of a']), revisionOf('b', 1, ['shared', 'of b'])];
    await patient.manifest.accept(
      ref,
      run,
      documents.map(({ documentId }) => newRevisionOf(documentId)),
    );
    await patient.chunks.commit(ref, documents, never);
    const gone = { documentId: newRevisionOf('a').documentId, revision: 1 };
    await patient.chunks.remove(ref, run, [gone], never);
    const visible = await direct.client.count({ index: indexNames(direct.prefix).chunks(ref) });
    expect(visible.count).toBe(4);

    const [shared, own] = documents[0]?.chunks ?? [];
    if (shared === undefined || own === undefined) throw new Error('no chunks');
    const vectors = await patient.chunks.vectorsByKey(ref, [shared.embeddingKey, own.embeddingKey]);
    expect(vectors).toEqual(new Map([[shared.embeddingKey, shared.vector]]));
    const query = { terms: ['shared', 'of'], vector: own.vector, k: 2, filter: null, signal: never };
    const found = await patient.chunks.recall(ref, query);
    expect([found.bm25.length, found.dense.length]).toEqual([2, 2]);
    expect([...found.chunks.values()].map(({ documentId }) => documentId)).toEqual(['b', 'b']);
    await patient.close();
    await store.close();
  });
});

test('indexes that are read by id are refreshed for who searches them, and never by themselves', async () => {
  const options = { url: direct.url, prefix: direct.prefix, requestTimeoutMs: 60_000, log: silentLogger };
  const cache = createElasticsearchEmbeddingCache(options);
  const ledger = createElasticsearchLedger(options);
  const corpus = corpusOf('read-by-id');
  await direct.store.corpora.create(corpus);
  await direct.store.runs.create(runOf('read-by-id', corpus));
  await cache.put(new Map([[embeddingKeyOf('model', 'text'), unitVectorOf('text')]]));
  await ledger.append([billedAnswer]);
  const { corpora, runs, embeddings, ledger: entries } = indexNames(direct.prefix);
  const index = [corpora, runs, embeddings, entries];
  const settings = await direct.client.indices.getSettings({ index, flat_settings: true });
  const intervals = index.map((name) => settings[name]?.settings?.['index.refresh_interval']);
  expect(intervals).toEqual(index.map(() => '-1'));
  expect(await direct.store.runs.list(corpus.name, 10)).toHaveLength(1);
  expect(await ledger.sum({ by: 'total', limit: 1 })).toMatchObject([{ calls: 1 }]);
  await cache.close();
  await ledger.close();
});
