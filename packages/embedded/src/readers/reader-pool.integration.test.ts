import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GenerationRef, liveRef, silentLogger } from '@winnow/core';
import { corpusOf, newRevisionOf, revisionOf, runIdOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmbeddedStore } from '../embedded-store.ts';
import { createReaderPool } from './reader-pool.ts';
import type { Reading } from './reading.ts';

const corpus = corpusOf('read');
const ref = liveRef(corpus);
const { signal } = new AbortController();
let folder: string;
let pool: Reading;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-readers-'));
});
afterEach(async () => {
  await pool.close();
  await rm(folder, { recursive: true });
});

describe('a thread that dies', () => {
  const entry = new URL('../fixtures/dying-reader.ts', import.meta.url);
  const ask = (token: string) => pool.tokenFrequencies(ref, [token]);
  const open = (threads: number) => {
    pool = createReaderPool({
      path: join(folder, 'died'),
      threads,
      maxVectorBytes: 1,
      log: silentLogger,
      entry,
    });
  };

  test('costs the search that it dies of each time, and no other', async () => {
    open(1);
    const [deadly, ...others] = await Promise.allSettled(['die', 'a', 'b', 'c'].map(ask));
    expect(deadly).toMatchObject({ status: 'rejected', reason: { code: 'unavailable', part: 'index' } });
    expect(others.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    expect(await ask('d')).toEqual({ chunks: 1, counts: [] });
  });

  test('costs nothing where another thread can do what it was asked', async () => {
    open(1);
    expect(await ask('die once')).toEqual({ chunks: 1, counts: [] });
  });

  test('a search that takes long leaves its thread to others', async () => {
    open(1);
    const holding = ask('hold');
    expect(await ask('a')).toEqual({ chunks: 1, counts: [] });
    const [held] = await Promise.allSettled([holding, pool.close()]);
    expect(held).toMatchObject({ status: 'rejected', reason: { code: 'canceled' } });
    await expect(ask('a')).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('vectors in memory', () => {
  const entry = new URL('../fixtures/telling-reader.ts', import.meta.url);
  const vector = Float32Array.of(1);
  /** @returns the threads that so many searches at once ran in. */
  const threadsOf = async (
    bytes: number,
    searches: number,
    query: { readonly vector: Float32Array | null },
  ) => {
    const asked = { terms: [], k: bytes, filter: null, withChunks: true, signal, ...query };
    const results = await Promise.all(Array.from({ length: searches }, () => pool.recall(ref, asked)));
    return new Set(results.map(({ termsLeftOut }) => termsLeftOut)).size;
  };

  beforeEach(() => {
    pool = createReaderPool({ path: folder, threads: 3, maxVectorBytes: 100, log: silentLogger, entry });
  });

  test('of a generation that is small are kept by every thread', async () => {
    await threadsOf(1, 1, { vector });
    expect(await threadsOf(1, 600, { vector })).toBe(3);
  });

  test('of a large one are kept by one, and words are searched for in all', async () => {
    const [byVector, byWords] = await Promise.all([
      threadsOf(80, 30, { vector }),
      threadsOf(80, 30, { vector: null }),
    ]);
    expect(byVector).toBe(1);
    expect(byWords).toBeGreaterThan(1);
    expect(await threadsOf(80, 30, { vector })).toBe(1);
  });
});

describe('searches by vector that wait', () => {
  const entry = new URL('../fixtures/telling-reader.ts', import.meta.url);
  /** @returns how many searches a thread had at once, at most. */
  const atOnce = async (...generations: readonly GenerationRef[]) => {
    const asked = { terms: [], vector: Float32Array.of(1), k: 1, filter: null, withChunks: true, signal };
    const searches = generations.map((generation) => pool.recall(generation, asked));
    return Math.max(...(await Promise.all(searches)).map(({ bm25 }) => bm25.length));
  };
  const others = liveRef(corpusOf('other'));

  test('are given to an idle thread together if they go over the same vectors, a few at a time', async () => {
    pool = createReaderPool({ path: folder, threads: 1, maxVectorBytes: 100, log: silentLogger, entry });
    expect(await atOnce(ref)).toBe(1);
    expect(await atOnce(ref, ref, ref, ref, ref, ref, ref, ref, ref)).toBe(4);
    expect(await atOnce(ref, others, others)).toBe(2);
    expect(await atOnce(ref, others)).toBe(1);
  });

  test('keep nobody waiting who asks for parts of documents', async () => {
    pool = createReaderPool({ path: folder, threads: 1, maxVectorBytes: 100, log: silentLogger, entry });
    await atOnce(ref);
    const ended: string[] = [];
    const search = atOnce(ref).then(() => ended.push('search'));
    const parts = pool.ofDocuments(ref, [], signal).then(() => ended.push('parts'));
    await Promise.all([search, parts]);
    expect(ended).toEqual(['parts', 'search']);
  });

  test('are shared out where more threads are idle', async () => {
    pool = createReaderPool({ path: folder, threads: 2, maxVectorBytes: 100, log: silentLogger, entry });
    await atOnce(...Array.from({ length: 100 }, () => ref));
    await expect.poll(() => atOnce(ref, ref), { timeout: 20_000 }).toBe(1);
    expect(await atOnce(ref, ref, ref, ref)).toBeLessThanOrEqual(2);
  });
});

describe('readers of a file', () => {
  test('take no request where they are of another version, as after an update under the process', async () => {
    const path = join(folder, 'index.sqlite');
    pool = createReaderPool({ path, threads: 1, maxVectorBytes: 1, log: silentLogger, version: 0 });
    pool.getReady(ref);
    await expect(pool.tokenFrequencies(ref, ['a'])).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('start it again'),
    });
  });

  test('each search sees what was committed before it, of this process and of another', async () => {
    const path = join(folder, 'index.sqlite');
    const store = await openEmbeddedStore({ path, log: silentLogger });
    await store.corpora.create(corpus);
    pool = createReaderPool({ path, threads: 2, maxVectorBytes: 1_000_000, log: silentLogger });
    const vector = Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0);
    const query = { terms: null, vector, k: 100, filter: null, withChunks: true, signal };
    // The pool is not told of the store's commits, as one of another process is not; the store's own readers are.
    for (let round = 1; round <= 5; round++) {
      const id = `document-${round}`;
      await store.manifest.accept(ref, runIdOf('run'), [newRevisionOf(id)]);
      await store.chunks.commit(ref, [revisionOf(id, 1, ['one', 'two'])], signal);
      if (round > 1) {
        const gone = { documentId: newRevisionOf(`document-${round - 1}`).documentId, revision: 1 };
        await store.manifest.admit(ref, runIdOf('run'));
        await store.chunks.remove(ref, runIdOf('run'), [gone], signal);
      }
      const both = [pool, pool, store.chunks, store.chunks].map((reader) => reader.recall(ref, query));
      for (const { chunks } of await Promise.all(both)) {
        expect([...chunks.values()].map(({ documentId }) => documentId)).toEqual([id, id]);
      }
    }
    await store.close();
  });

  test('a search that waits for a thread ends when its client leaves', async () => {
    const path = join(folder, 'absent.sqlite');
    pool = createReaderPool({ path, threads: 1, maxVectorBytes: 1, log: silentLogger });
    const controller = new AbortController();
    const query = { terms: ['a'], vector: null, k: 1, filter: null, withChunks: true };
    pool.getReady(ref);
    const first = pool.recall(ref, { ...query, signal });
    const second = pool.recall(ref, { ...query, signal: controller.signal });
    controller.abort();
    // What is wrong with the file is told as it is without threads.
    expect(await Promise.allSettled([first, second])).toMatchObject([
      { reason: { code: 'not_found' } },
      { reason: { code: 'canceled' } },
    ]);
  });
});
