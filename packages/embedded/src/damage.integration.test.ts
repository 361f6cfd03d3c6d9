import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DocumentId, documentKeyOf, liveRef, type Store, silentLogger } from '@winnow/core';
import { corpusOf, documentIdOf, newRevisionOf, revisionOf, runIdOf, unitVectorOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmbeddedStore } from './embedded-store.ts';
import { chunkRowOf, damage, type OpenedBehind } from './fixtures/damage.ts';

const corpus = corpusOf('damaged');
const ref = liveRef(corpus);
const run = runIdOf('run');
const a = documentIdOf('a');
const { signal } = new AbortController();
let folder: string;
let path: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-damage-'));
  path = join(folder, 'index.sqlite');
  store = await openEmbeddedStore({ path, log: silentLogger });
  await store.corpora.create(corpus);
  await commit('a', ['one', 'two', 'three']);
  await commit('b', ['four', 'five']);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function commit(id: string, texts: readonly string[], over = 0): Promise<void> {
  await store.manifest.accept(ref, run, [newRevisionOf(id, { over })]);
  await store.chunks.commit(ref, [revisionOf(id, over + 1, texts)], signal);
}

async function exported(): Promise<{ texts: readonly string[]; damaged: readonly DocumentId[] }> {
  const texts: string[] = [];
  const damaged: DocumentId[] = [];
  const onDamaged = (id: DocumentId) => void damaged.push(id);
  for await (const { text } of store.chunks.export(ref, { vectors: true, signal, onDamaged }))
    texts.push(text);
  return { texts, damaged };
}

const census = () => store.chunks.census(ref, { limit: 10 }, signal);
const countsOf = async (id: string) => {
  const version = (await census()).find(({ documentKey }) => documentKey === documentKeyOf(documentIdOf(id)));
  return version && { chunks: version.chunks, broken: version.broken };
};

/** What can happen to the rows of chunk 1 of `a`, and how the census counts the chunks of `a` then. */
const damages: Readonly<Record<string, (file: OpenedBehind, chunk: number) => void>> = {
  'a vector is gone': ({ database, tables }, chunk) =>
    database.run(`DELETE FROM ${tables.vector} WHERE chunk = ?`, chunk),
  'a vector is all zeros': ({ database, tables }, chunk) =>
    database.run(`UPDATE ${tables.vector} SET vector = zeroblob(length(vector)) WHERE chunk = ?`, chunk),
  'a vector is cut short': ({ database, tables }, chunk) =>
    database.run(`UPDATE ${tables.vector} SET vector = substr(vector, 1, 7) WHERE chunk = ?`, chunk),
  'a vector is longer than it was': ({ database, tables }, chunk) =>
    database.run(`UPDATE ${tables.vector} SET vector = zeroblob(2 * length(vector)) WHERE chunk = ?`, chunk),
  'a vector is no number': ({ database, tables }, chunk) =>
    database.run(
      `UPDATE ${tables.vector} SET vector = ? WHERE chunk = ?`,
      new Uint8Array(Float32Array.of(1, 0, 0, 0, 0, 0, 0, Number.NaN).buffer),
      chunk,
    ),
  'a chunk is gone from the full-text index': ({ database, tables }, chunk) =>
    database.run(`DELETE FROM ${tables.terms} WHERE rowid = ?`, chunk),
};

describe('rows that were lost or changed by hand', () => {
  test.each(Object.entries(damages))(
    '%s: the chunk is counted as broken, all others are found',
    async (name, work) => {
      damage(path, ref, (file) => work(file, chunkRowOf(file, a, 1)));
      expect(await countsOf('a')).toEqual({ chunks: 3, broken: 1 });
      expect(await countsOf('b')).toEqual({ chunks: 2, broken: 0 });
      const query = { terms: ['one', 'two', 'three', 'four', 'five'], k: 10, filter: null, signal };
      const found = await store.chunks.recall(ref, { ...query, vector: unitVectorOf('one') });
      const byTerms = name.includes('full-text');
      expect([found.bm25.length, found.dense.length]).toEqual(byTerms ? [4, 5] : [5, 4]);
      expect(found.chunks.get(found.dense[0]?.chunkId ?? ('' as never))?.text).toBe('one');
      expect(await exported()).toMatchObject({ damaged: byTerms ? [] : ['a'] });

      await commit('a', ['one', 'two', 'three'], 1);
      expect(await countsOf('a')).toEqual({ chunks: 3, broken: 0 });
      expect(await exported()).toMatchObject({ damaged: [] });
    },
  );

  test('a chunk row is gone: the census counts fewer than the manifest, the export names the document', async () => {
    damage(path, ref, (file) =>
      file.database.run(`DELETE FROM ${file.tables.chunk} WHERE id = ?`, chunkRowOf(file, a, 1)),
    );
    expect(await countsOf('a')).toEqual({ chunks: 2, broken: 0 });
    expect(await exported()).toEqual({ texts: ['one', 'three', 'four', 'five'], damaged: ['a'] });
    const { bm25, dense, chunks } = await store.chunks.recall(ref, {
      terms: ['two'],
      vector: unitVectorOf('two'),
      k: 10,
      filter: null,
      signal,
    });
    expect(bm25).toEqual([]);
    expect(dense).toHaveLength(4);
    expect(chunks.size).toBe(4);
  });

  test.each([
    ['the first', 'a', ['four', 'five']],
    ['the last', 'b', ['one', 'two', 'three']],
  ])(
    'the line of %s document is gone: its chunks are read by nobody, and the tally follows',
    async (_, id, left) => {
      const lost = documentIdOf(id);
      const before = await countsOf(id);
      damage(path, ref, ({ database, tables }) =>
        database.run(`DELETE FROM ${tables.document} WHERE document_key = ?`, documentKeyOf(lost)),
      );
      expect(await store.manifest.tally(ref)).toMatchObject({ live: 1, searchable: 1, chunks: left.length });
      expect(await exported()).toEqual({ texts: left, damaged: [] });
      expect(await countsOf(id)).toEqual(before);
      const query = { terms: ['one', 'four'], vector: unitVectorOf(id === 'a' ? 'one' : 'four'), k: 2 };
      const found = await store.chunks.recall(ref, { ...query, filter: null, signal });
      expect([found.bm25.length, found.dense.length]).toEqual([1, 2]);
      expect([...found.chunks.values()].every(({ text }) => left.includes(text))).toBe(true);

      // Whether the next document gets the row id that those chunks refer to or not, it does not get the chunks.
      await store.manifest.accept(ref, run, [newRevisionOf('c'), newRevisionOf(id)]);
      expect((await exported()).texts).toEqual(left);
      await store.chunks.commit(ref, [revisionOf('c', 1, ['six']), revisionOf(id, 1, ['seven'])], signal);
      expect([...(await exported()).texts].sort()).toEqual([...left, 'six', 'seven'].sort());
      expect(await store.manifest.tally(ref)).toMatchObject({ chunks: left.length + 2 });
      await store.chunks.discard(ref, await census(), signal);
      expect((await census()).reduce((sum, { chunks }) => sum + chunks, 0)).toBe(left.length + 2);
    },
  );

  test('even the row that says whose the chunks are is gone: they are listed behind all others, and discarded', async () => {
    damage(path, ref, ({ database, tables }) => {
      database.execute(`DELETE FROM ${tables.document}`);
      database.execute(`DELETE FROM ${tables.writing} WHERE document_key = '${documentKeyOf(a)}'`);
    });
    const all = await census();
    expect(all.map(({ chunks }) => chunks)).toEqual([2, 3]);
    const [first, nameless] = all;
    if (first === undefined || nameless === undefined) throw new Error('the census is too short');
    expect(await store.chunks.census(ref, { after: first, limit: 10 }, signal)).toEqual([nameless]);
    expect(await store.chunks.census(ref, { after: nameless, limit: 10 }, signal)).toEqual([]);
    expect(await store.chunks.identify(ref, [nameless.documentKey])).toEqual(new Map());
    expect(await store.chunks.discard(ref, all, signal)).toBe(5);
    expect(await census()).toEqual([]);
  });

  test('chunks of a live document are never discarded, though nothing says any more whose they are', async () => {
    damage(path, ref, ({ database, tables }) => database.execute(`DELETE FROM ${tables.writing}`));
    expect(await store.chunks.discard(ref, await census(), signal)).toBe(0);
    expect((await exported()).texts).toHaveLength(5);
    await commit('a', ['one', 'two', 'three'], 1);
    expect(await countsOf('a')).toEqual({ chunks: 3, broken: 0 });
  });
});
