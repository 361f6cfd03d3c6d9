import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GenerationRef, liveRef, type Store, silentLogger } from '@winnow/core';
import { corpusOf, newRevisionOf, revisionOf, runIdOf, unitVectorOf } from '@winnow/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAllowedCache } from '../allowed-documents.ts';
import { type Database, openDatabase } from '../database.ts';
import { openEmbeddedStore } from '../embedded-store.ts';
import { generationOf } from '../generations.ts';
import { prepareTerms } from '../recall-by-terms.ts';
import { createTermMemory, type TermMemory } from './term-memory.ts';

const run = runIdOf('run');
const { signal } = new AbortController();
const corpora = ['left', 'right'].map((name) => corpusOf(name));
const [left, right] = corpora.map(liveRef) as [GenerationRef, GenerationRef];
const words = Array.from({ length: 300 }, (_, at) => `word${at}`);
let folder: string;
let path: string;
let store: Store;
let database: Database;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-terms-'));
  path = join(folder, 'index.sqlite');
  store = await openEmbeddedStore({ path, log: silentLogger });
  database = openDatabase(path, { readOnly: true });
  for (const corpus of corpora) {
    const ref = liveRef(corpus);
    await store.corpora.create(corpus);
    await store.manifest.accept(ref, run, [newRevisionOf('a')]);
    const texts = Array.from({ length: 40 }, (_, at) => words.slice(at, at + 150).join(' '));
    await store.chunks.commit(ref, [revisionOf('a', 1, texts)], signal);
  }
});
afterEach(async () => {
  database.close();
  await store.close();
  await rm(folder, { recursive: true });
});

async function search(termMemory: TermMemory, ref: GenerationRef, word: string) {
  const context = { database, termMemory, allowedCache: createAllowedCache(database) };
  const query = { terms: [word], vector: null, k: 5, filter: null, signal };
  const prepared = await prepareTerms(context, ref, query, [word]);
  return database.read(() => prepared.best(generationOf(database, ref)));
}

test('what is kept of terms is bounded, and what was forgotten is read again', async () => {
  const maxBytes = 40_000;
  const termMemory = createTermMemory(database, maxBytes);
  const first = await search(termMemory, left, 'word20');
  expect(first.length).toBeGreaterThanOrEqual(5);
  for (const word of words) {
    await search(termMemory, left, word);
    expect(termMemory.of(generationOf(database, left)).bytes).toBeLessThanOrEqual(maxBytes);
  }
  expect(await search(termMemory, left, 'word20')).toEqual(first);
});

test('a generation that was not searched for long gives its place to another', async () => {
  const termMemory = createTermMemory(database, 30_000);
  await search(termMemory, left, 'word1');
  const before = termMemory.of(generationOf(database, left));
  expect(termMemory.of(generationOf(database, left))).toBe(before);
  await search(termMemory, right, 'word1');
  await search(termMemory, right, 'word2');
  expect(termMemory.of(generationOf(database, left))).not.toBe(before);
});

test('an index that is written in another way than is known here is not guessed at', async () => {
  const file = openDatabase(path, { readOnly: false });
  file.writeInternals(() => file.execute("UPDATE terms_1_config SET v = 99 WHERE k = 'version'"));
  file.close();
  const query = { vector: unitVectorOf('word'), k: 5, filter: null, signal };
  await expect(store.chunks.recall(left, { ...query, terms: ['word1'] })).rejects.toMatchObject({
    code: 'failed_precondition',
    message: expect.stringContaining('version 99 of FTS5'),
  });
  expect((await store.chunks.recall(left, { ...query, terms: null })).dense).toHaveLength(5);
});
