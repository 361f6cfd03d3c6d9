import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveRef, type Store, silentLogger } from '@winnow/core';
import { chunkOf, corpusOf, documentIdOf, newRevisionOf, revisionOf, runIdOf } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbeddedStore } from './embedded-store.ts';

const chunks = 3_000;
const corpus = corpusOf('many-terms', 2);
const ref = liveRef(corpus);
let folder: string;
let store: Store;

/** Every chunk holds `pr` twenty times and 40 words of 400, so that a query of all words has 120,000 postings. */
function termsOf(position: number): readonly string[] {
  const words = Array.from({ length: 40 }, (_, index) => `w${(position * 7 + index * 11) % 400}`);
  return [...Array.from({ length: 20 }, () => 'pr'), ...words, position % 3 === 0 ? 'third' : 'other'];
}
const everyWord = Array.from({ length: 400 }, (_, index) => `w${index}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-many-terms-'));
  store = await openEmbeddedStore({ path: join(folder, 'index.sqlite'), log: silentLogger });
  await store.corpora.create(corpus);
  await store.manifest.admit(ref, runIdOf('run'));
  await addDocument('long', chunks);
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function addDocument(name: string, count: number): Promise<void> {
  const id = documentIdOf(name);
  const list = Array.from({ length: count }, (_, position) =>
    chunkOf(id, position, `${position}`, { terms: termsOf(position), modelTokens: [], dimensions: 2 }),
  );
  await store.manifest.accept(ref, runIdOf('run'), [newRevisionOf(id)]);
  await store.chunks.commit(ref, [revisionOf(id, 1, list)], new AbortController().signal);
}

const recall = (terms: readonly string[], signal = new AbortController().signal, k = 10) =>
  store.chunks.recall(ref, { terms, vector: null, k, filter: null, signal });

describe('a query of very many terms', () => {
  // Each repetition used to be looked for anew, at a cost that grew with its square: this took minutes.
  test('a word that is repeated costs what it costs once', { timeout: 20_000 }, async () => {
    const once = await recall(['pr', 'third']);
    const often = await recall([...Array.from({ length: 1_365 }, () => 'pr'), ...Array(1_365).fill('third')]);
    expect(often.bm25.map((hit) => hit.chunkId)).toEqual(once.bm25.map((hit) => hit.chunkId));
    expect((often.bm25[0]?.score ?? 0) / (once.bm25[0]?.score ?? 1)).toBeCloseTo(1_365, 3);
  });

  test('other work of the process has its turns meanwhile', async () => {
    let turns = 0;
    let done = false;
    const count = () => {
      turns += 1;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    await recall(everyWord);
    done = true;
    expect(turns).toBeGreaterThan(3);
  });

  test('a client that leaves stops it', async () => {
    const controller = new AbortController();
    const asked = recall(everyWord, controller.signal);
    setImmediate(() => controller.abort());
    await expect(asked).rejects.toMatchObject({ code: 'canceled' });
  });

  test('what is committed meanwhile is found whole or not at all, and in its order', async () => {
    await addDocument('gone', 5);
    // Few enough postings that all chunks with a word are scored.
    const ask = () => recall(everyWord.slice(0, 60), new AbortController().signal, 10_000);
    const asked = ask();
    await new Promise((resolve) => setImmediate(resolve));
    await addDocument('late', 5);
    await store.chunks.remove(
      ref,
      runIdOf('run'),
      [{ documentId: documentIdOf('gone'), revision: 1 }],
      new AbortController().signal,
    );
    const [before, after] = [foundIn(await asked), foundIn(await ask())];
    expect([
      { late: 0, gone: 5 },
      { late: 5, gone: 5 },
      { late: 5, gone: 0 },
    ]).toContainEqual(before);
    expect(after).toEqual({ late: 5, gone: 0 });
  });
});

/** Of two documents, chunks that are in the results; each result has its chunk. */
function foundIn({ bm25, chunks: found }: Awaited<ReturnType<typeof recall>>): {
  late: number;
  gone: number;
} {
  const documents = [...found.values()].map(({ documentId }) => documentId);
  expect(bm25).toHaveLength(documents.length);
  const countOf = (name: string) =>
    documents.filter((documentId) => documentId === documentIdOf(name)).length;
  return { late: countOf('late'), gone: countOf('gone') };
}
