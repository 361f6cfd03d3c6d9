import { documentKeyOf, type GenerationRef, liveRef, type Store } from '@winnow/core';
import {
  corpusOf,
  elasticsearchUrl,
  newRevisionOf,
  revisionOf,
  runIdOf,
  uniquePrefix,
} from '@winnow/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { indexNames } from '../indexes/names.ts';
import { type Interception, startTestProxy, type TestProxy } from '../test-proxy.ts';
import { openTestStore, type TestStore } from '../test-support.ts';

const never = new AbortController().signal;
const run = runIdOf('run-1');
const document = revisionOf('a', 1, ['one', 'two', 'three']);
const key = documentKeyOf(document.documentId);
let proxy: TestProxy;
let direct: TestStore;
let store: Store;
let ref: GenerationRef;
let count = 0;

beforeAll(async () => {
  direct = await openTestStore(elasticsearchUrl(), uniquePrefix());
  proxy = await startTestProxy(direct.url);
  store = direct.openAt(proxy.url);
});
beforeEach(async () => {
  const corpus = corpusOf(`discard-${++count}`);
  await direct.store.corpora.create(corpus);
  ref = liveRef(corpus);
  await direct.store.manifest.admit(ref, run);
  await publish();
  await direct.client.delete({ index: indexNames(direct.prefix).manifest(ref), id: key });
});
afterAll(async () => {
  await store.close();
  await proxy.close();
  await direct.dispose();
});

/** After a manifest that was lost, the same bytes make the same version again. */
async function publish(): Promise<void> {
  await direct.store.manifest.accept(ref, run, [newRevisionOf('a')]);
  await direct.store.chunks.commit(ref, [document], never);
}

describe('discard', () => {
  test.each(['_search', '_mget', '_bulk'])(
    'a version that becomes live just before %s of the discard keeps every chunk',
    async (step) => {
      const dead = await direct.store.chunks.census(ref, { limit: 10 }, never);
      expect(dead).toMatchObject([{ documentKey: key, chunks: 3 }]);
      proxy.intercept = async ({ path }): Promise<Interception> => {
        if (!path.includes(step)) return 'pass';
        proxy.intercept = () => 'pass';
        await publish();
        return 'pass';
      };
      expect(await store.chunks.discard(ref, dead, never)).toBe(0);
      const texts = (await direct.store.chunks.ofDocument(ref, document.documentId)).map(({ text }) => text);
      expect(texts).toEqual(['one', 'two', 'three']);
    },
  );

  test('what nobody owns is gone, and no longer found by its vectors, names or in a census', async () => {
    const dead = await direct.store.chunks.census(ref, { limit: 10 }, never);
    expect(await store.chunks.discard(ref, dead, never)).toBe(3);
    expect(await store.chunks.census(ref, { limit: 10 }, never)).toEqual([]);
    expect(await store.chunks.identify(ref, [key])).toEqual(new Map());
    const keys = document.chunks.map(({ embeddingKey }) => embeddingKey);
    expect(await store.chunks.vectorsByKey(ref, keys)).toEqual(new Map());
  });
});
