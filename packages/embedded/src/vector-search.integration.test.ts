import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IndexedChunk, liveRef, type Store, silentLogger } from '@winnow/core';
import {
  chunkOf,
  corpusOf,
  createHashingEmbedder,
  documentIdOf,
  newRevisionOf,
  revisionOf,
  runIdOf,
  sentencesOf,
} from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inMemory } from './data-path.ts';
import { openEmbeddedStore } from './embedded-store.ts';

const dimensions = 384;
const corpus = corpusOf('vectors', dimensions);
const ref = liveRef(corpus);
const { signal } = new AbortController();
const embedder = createHashingEmbedder({ dimensions });
let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-vectors-'));
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function open(path: string): Promise<void> {
  store = await openEmbeddedStore({ path, log: silentLogger });
  await store.corpora.create(corpus);
}

async function publish(name: string, texts: readonly string[]): Promise<readonly IndexedChunk[]> {
  const id = documentIdOf(name);
  const chunks: IndexedChunk[] = [];
  for (const [position, text] of texts.entries()) {
    chunks.push(chunkOf(id, position, text, { vector: await vectorOf(text) }));
  }
  await store.manifest.accept(ref, runIdOf('run'), [newRevisionOf(name)]);
  await store.chunks.commit(ref, [revisionOf(name, 1, chunks, { metadata: { name } })], signal);
  return chunks;
}

async function vectorOf(text: string): Promise<Float32Array> {
  const { vectors } = await embedder.embed([text], { purpose: 'query', signal });
  return vectors[0] ?? new Float32Array();
}

/** In double precision, best first, ties by chunk id. */
function nearest(chunks: readonly IndexedChunk[], vector: Float32Array, k: number) {
  return chunks
    .map(({ chunkId, vector: of }) => ({
      chunkId,
      score: of.reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0),
    }))
    .sort((left, right) => right.score - left.score || (left.chunkId < right.chunkId ? -1 : 1))
    .slice(0, k);
}

describe.each([
  ['a file', () => join(folder, 'index.sqlite')],
  ['memory', () => inMemory],
])('a search by vector of an index in %s', (_, path) => {
  test('finds what an exact search finds, with its scores', async () => {
    await open(path());
    const chunks: IndexedChunk[] = [];
    for (let document = 0; document < 30; document++) {
      chunks.push(...(await publish(`document-${document}`, sentencesOf(document, 100))));
    }
    for (const query of sentencesOf(1_000, 20)) {
      const vector = await vectorOf(query);
      for (const k of [1, 10, 100]) {
        const { dense } = await store.chunks.recall(ref, { terms: null, vector, k, filter: null, signal });
        const exact = nearest(chunks, vector, k);
        expect(dense).toHaveLength(k);
        for (const [rank, { score }] of exact.entries()) expect(dense[rank]?.score).toBeCloseTo(score, 6);
        const found = new Set(dense.map(({ chunkId }) => chunkId));
        const last = exact.at(-1)?.score ?? 0;
        // Of those that tie with the last one, which are there is up to the last bits of their scores.
        const missing = exact.filter(({ chunkId, score }) => score > last + 1e-6 && !found.has(chunkId));
        expect(missing).toEqual([]);
      }
    }
  });

  test('finds for each of many at the same time what it finds alone, with filters and without, while documents change', async () => {
    await open(path());
    for (let document = 0; document < 12; document++) {
      await publish(`document-${document}`, sentencesOf(document, 60));
    }
    const searches = await Promise.all(
      sentencesOf(1_000, 24).map(async (query, at) => ({
        terms: at % 4 === 0 ? query.split(' ').slice(0, 3) : null,
        vector: await vectorOf(query),
        k: 1 + at * 3,
        filter: at % 3 === 0 ? ({ op: 'eq', field: 'name', value: `document-${at % 5}` } as const) : null,
        signal,
      })),
    );
    for (let round = 0; round < 3; round++) {
      const together = await Promise.all(searches.map((search) => store.chunks.recall(ref, search)));
      for (const [index, search] of searches.entries()) {
        const { bm25, dense } = await store.chunks.recall(ref, search);
        expect(dense.length).toBeGreaterThan(0);
        expect([together[index]?.bm25, together[index]?.dense]).toEqual([bm25, dense]);
      }
      // What is asked right behind a change sees it, whatever was asked beside.
      const published = publish(`more-${round}`, sentencesOf(2_000 + round, 5));
      // One in memory has one connection: nothing may be asked of it within a commit that goes on in steps.
      if (path() === inMemory) await published;
      const beside = searches.map((search) => store.chunks.recall(ref, search));
      const [own] = await published;
      await Promise.all(beside);
      const vector = own?.vector ?? new Float32Array();
      const { dense } = await store.chunks.recall(ref, { terms: null, vector, k: 1, filter: null, signal });
      expect(dense[0]?.chunkId).toBe(own?.chunkId);
    }
  });

  test('takes a query that is part of a larger list of numbers', async () => {
    await open(path());
    await publish('document', sentencesOf(1, 50));
    const [other, wanted] = [await vectorOf('granite'), await vectorOf('harbour')];
    const both = Float32Array.of(...other, ...wanted);
    const hits = async (vector: Float32Array) =>
      (await store.chunks.recall(ref, { terms: null, vector, k: 10, filter: null, signal })).dense;
    expect(await hits(both.subarray(dimensions))).toEqual(await hits(wanted));
  });
});
