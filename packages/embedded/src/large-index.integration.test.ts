import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveRef, type Store, silentLogger } from '@winnow/core';
import {
  chunkOf,
  corpusOf,
  documentIdOf,
  newRevisionOf,
  randomOf,
  revisionOf,
  runIdOf,
} from '@winnow/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { openEmbeddedStore } from './embedded-store.ts';

const chunksPerDocument = 100;
const documentCount = 120;
const corpus = corpusOf('large', 2);
const ref = liveRef(corpus);
const { signal } = new AbortController();
let folder: string;
let store: Store;

/** Word n comes about 1/n as often as the first, as words of a language do. */
function words(random: () => number, count: number): readonly string[] {
  return Array.from({ length: count }, () => `w${Math.floor(3_000 ** random())}`);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-large-'));
  store = await openEmbeddedStore({ path: join(folder, 'index.sqlite'), log: silentLogger });
  await store.corpora.create(corpus);
  const random = randomOf(1);
  for (let index = 0; index < documentCount; index++) {
    const id = documentIdOf(`document-${index}`);
    const chunks = Array.from({ length: chunksPerDocument }, (_, position) => {
      const terms = words(random, 20 + Math.floor(random() * 60));
      return chunkOf(id, position, `${position}`, { terms, modelTokens: [], dimensions: 2 });
    });
    await store.manifest.accept(ref, runIdOf('run'), [newRevisionOf(id)]);
    await store.chunks.commit(
      ref,
      [revisionOf(id, 1, chunks, { metadata: { even: index % 2 === 0 } })],
      signal,
    );
  }
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

test('the best hits of long queries are those of FTS5, with its scores', async () => {
  const database = openDatabase(join(folder, 'index.sqlite'), { readOnly: true });
  const random = randomOf(2);
  for (let query = 0; query < 20; query++) {
    const terms = words(random, 25);
    const exact = database.all<{ chunkId: string; score: number }>(
      `SELECT chunk_id AS chunkId, -rank AS score FROM terms_1 JOIN chunk_1 ON id = terms_1.rowid
       WHERE terms_1 MATCH ? ORDER BY rank LIMIT 10`,
      terms.join(' OR '),
    );
    const { bm25 } = await store.chunks.recall(ref, { terms, vector: null, k: 10, filter: null, signal });
    expect(bm25.map((hit) => hit.chunkId)).toEqual(exact.map((hit) => hit.chunkId));
    for (const [rank, { score }] of bm25.entries()) expect(score).toBeCloseTo(exact[rank]?.score ?? 0, 9);
  }
  database.close();
});

test('a filter holds for both legs', async () => {
  const query = { terms: words(randomOf(3), 25), vector: Float32Array.of(1, 0), k: 200, signal };
  const { bm25, dense, chunks } = await store.chunks.recall(ref, {
    ...query,
    filter: { op: 'eq', field: 'even', value: true },
  });
  for (const leg of [bm25, dense]) {
    expect(leg).toHaveLength(200);
    expect(leg.every((hit) => chunks.get(hit.chunkId)?.metadata.even === true)).toBe(true);
  }
});
