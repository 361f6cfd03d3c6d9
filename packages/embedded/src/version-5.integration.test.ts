import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CorpusName, type GenerationRef, liveRef, type Store, silentLogger } from '@winnow/core';
import { chunkOf, documentIdOf, newRevisionOf, revisionOf, runIdOf, tokenVectorsOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from './database.ts';
import { openEmbeddedStore } from './embedded-store.ts';
import { indexOfVersion5 } from './fixtures/version-5.ts';
import { versionOf } from './migrations/bring-forward.ts';

const { signal } = new AbortController();
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-version-5-'));
  path = join(folder, 'winnow.db');
  await writeFile(path, await indexOfVersion5());
});
afterEach(() => rm(folder, { recursive: true }));

async function open(readOnly = false): Promise<Store> {
  const store = await openEmbeddedStore({ path, readOnly, log: silentLogger });
  onTestFinished(() => store.close());
  return store;
}

async function refOf(store: Store): Promise<GenerationRef> {
  const corpus = await store.corpora.get('manual' as CorpusName);
  if (corpus === null) throw new Error('there is no corpus manual');
  return liveRef(corpus);
}

async function chunksOf(store: Store, ref: GenerationRef) {
  const ids = (await store.manifest.list(ref, { limit: 10 })).map(({ documentId }) => documentId);
  return (await store.chunks.documents(ref, ids, signal)).flatMap(({ chunks }) => chunks);
}

const version = () => {
  const database = openDatabase(path, { readOnly: true });
  const found = versionOf(database);
  database.close();
  return found;
};

describe.each([
  ['brought forward', false, 6],
  ['only read', true, 5],
] as const)('an index of version 5, %s', (_, readOnly, expected) => {
  test('has its chunks with their pages, finds them, and has no token vectors', async () => {
    const store = await open(readOnly);
    expect(version()).toBe(expected);
    const ref = await refOf(store);
    const chunks = await chunksOf(store, ref);
    expect(chunks.map(({ page }) => page)).toEqual([1, 2, undefined]);
    const keys = chunks.map(({ embeddingKey }) => embeddingKey);
    expect(await store.chunks.tokenVectorsByKey(ref, keys)).toEqual(new Map());
    for (const { chunkId, page, vector } of chunks) {
      const found = await store.chunks.recall(ref, { terms: ['seal'], vector, k: 3, filter: null, signal });
      expect(found.dense[0]).toMatchObject({ chunkId });
      expect(found.chunks.get(chunkId)?.page).toBe(page);
      expect(found.bm25).toHaveLength(1);
    }
  });
});

describe('an index of version 5', () => {
  test('takes token vectors in once it is brought forward, and a reader of before sees them', async () => {
    const [reader, store] = [await open(true), await open()];
    const ref = await refOf(store);
    const [documentId, tokenVectors] = [documentIdOf('pump.pdf'), tokenVectorsOf('changed')];
    await store.manifest.admit(ref, runIdOf('run-2'));
    await store.manifest.accept(ref, runIdOf('run-2'), [newRevisionOf(documentId, { over: 1 })]);
    const chunk = { ...chunkOf(documentId, 0, 'changed', { dimensions: 384, tokenVectors }), page: 7 };
    const revision = revisionOf(documentId, 2, [chunk]);
    expect(await store.chunks.commit(ref, [revision], signal)).toMatchObject([{ outcome: 'committed' }]);
    for (const one of [store, reader]) {
      expect((await chunksOf(one, ref)).map(({ page }) => page)).toEqual([7, undefined]);
      const kept = await one.chunks.tokenVectorsByKey(ref, [chunk.embeddingKey]);
      expect([...kept]).toEqual([[chunk.embeddingKey, tokenVectors]]);
    }
  });
});
