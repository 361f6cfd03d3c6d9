import { liveRef, type Store } from '@winnow/core';
import { corpusOf, newRevisionOf, revisionOf, runIdOf, unitVectorOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inMemory } from './data-path.ts';
import { openDatabase } from './database.ts';
import { storeOver } from './embedded-store.ts';
import { bringForward } from './migrations/bring-forward.ts';
import { indexFormat } from './migrations/index-format.ts';
import { createReading } from './readers/reading.ts';

const corpus = corpusOf('wanted');
const ref = liveRef(corpus);
const { signal } = new AbortController();
const query = { terms: ['word'], vector: unitVectorOf('word 1'), k: 5, filter: null, signal };
const first = { around: { of: [], reach: 0 }, tokenVectors: [] };
let store: Store;
/** What happens between a recall and the reading of its chunks. */
let meanwhile: () => Promise<void>;

beforeEach(async () => {
  const database = openDatabase(inMemory, { readOnly: false });
  bringForward(database, indexFormat);
  const reading = createReading(database, 1_000_000);
  store = storeOver(database, () => database, undefined, {
    ...reading,
    async ofDocuments(...asked) {
      await meanwhile();
      return await reading.ofDocuments(...asked);
    },
  });
  meanwhile = async () => {};
  await store.corpora.create(corpus);
  await publish(1, ['word 1', 'word 2', 'word 3']);
});
afterEach(async () => {
  await store.close();
});

async function publish(revision: number, texts: readonly string[]): Promise<void> {
  await store.manifest.accept(ref, runIdOf('run'), [newRevisionOf('a', { over: revision - 1 })]);
  await store.chunks.commit(ref, [revisionOf('a', revision, texts)], signal);
}

describe('a recall that says what is wanted', () => {
  test('reads no other chunks', async () => {
    const { bm25, chunks } = await store.chunks.recall(ref, {
      ...query,
      wanted: ({ dense }) => ({ ...first, texts: dense.slice(0, 1).map(({ chunkId }) => chunkId) }),
    });
    expect(bm25).toHaveLength(3);
    expect([...chunks.values()].map(({ text }) => text)).toEqual(['word 1']);
  });

  test('finds a document that is replaced before its chunks are read', async () => {
    meanwhile = async () => {
      meanwhile = async () => {};
      await publish(2, ['word 4']);
    };
    const { bm25, dense, chunks } = await store.chunks.recall(ref, {
      ...query,
      wanted: ({ bm25 }) => ({ ...first, texts: bm25.map(({ chunkId }) => chunkId) }),
    });
    for (const leg of [bm25, dense]) {
      expect(leg.map(({ chunkId }) => chunks.get(chunkId)?.text)).toEqual(['word 4']);
    }
  });
});
