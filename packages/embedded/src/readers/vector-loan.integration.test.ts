import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { liveRef, type Store, silentLogger } from '@winnow/core';
import { corpusOf, newRevisionOf, revisionOf, runIdOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { openEmbeddedStore } from '../embedded-store.ts';
import { tablesOf } from '../generation-tables.ts';
import { generationOf } from '../generations.ts';
import { createVectorCaches } from '../vector-caches.ts';
import { createReading, type LocalReading } from './reading.ts';

const corpus = corpusOf('lent');
const ref = liveRef(corpus);
const run = runIdOf('run');
const { signal } = new AbortController();
const texts = ['one', 'two', 'three', 'four', 'five'];
const vector = Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0);
let folder: string;
let store: Store;
let lender: Reader;
let borrower: Reader;

interface Reader {
  readonly database: Database;
  readonly reading: LocalReading;
  /** Vectors that were read from the file into memory. */
  readonly read: () => number;
}

function openReader(): Reader {
  const database = openDatabase(join(folder, 'index.sqlite'), { readOnly: true });
  let count = 0;
  const all: typeof database.all = (sql, ...values) => {
    const rows = database.all<never>(sql, ...values);
    if (sql.includes('vector.vector')) count += rows.length;
    return rows;
  };
  return { database, reading: createReading({ ...database, all }, 1e9), read: () => count };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-lent-'));
  store = await openEmbeddedStore({ path: join(folder, 'index.sqlite'), log: silentLogger });
  await store.corpora.create(corpus);
  for (const id of ['a', 'b', 'c']) await publish(id);
  lender = openReader();
  borrower = openReader();
});
afterEach(async () => {
  for (const { database } of [lender, borrower]) database.close();
  await store.close();
  await rm(folder, { recursive: true });
});

async function publish(id: string): Promise<void> {
  await store.manifest.accept(ref, run, [newRevisionOf(id)]);
  await store.chunks.commit(ref, [revisionOf(id, 1, texts)], signal);
}

async function remove(id: string): Promise<void> {
  await store.manifest.admit(ref, run);
  const { documentId } = newRevisionOf(id);
  await store.chunks.remove(ref, run, [{ documentId, revision: 1 }], signal);
}

const search = async ({ reading }: Reader) => {
  const query = { terms: null, vector, k: 100, filter: null, withChunks: true, signal };
  return (await reading.recall(ref, query)).dense.map(({ chunkId, score }) => ({ chunkId, score }));
};

/** What a reader finds that has read everything itself. */
async function plain() {
  const reader = openReader();
  const found = await search(reader);
  reader.database.close();
  return found;
}

describe('vectors that another thread has in memory', () => {
  test('are taken from it, and none is read from the file', async () => {
    await search(lender);
    const { port1, port2 } = new MessageChannel();
    borrower.reading.borrowVectors(ref, port2);
    const found = search(borrower);
    await lender.reading.lendVectors(ref, port1);
    expect(await found).toEqual(await plain());
    expect(await found).toHaveLength(15);
    expect([lender.read(), borrower.read()]).toEqual([15, 0]);
    await publish('d');
    await remove('a');
    expect(await search(borrower)).toEqual(await plain());
    expect(borrower.read()).toBe(5);
  });

  test('are brought up to what was committed since the other thread searched, and while it lends', async () => {
    await search(lender);
    await publish('d');
    const { port1, port2 } = new MessageChannel();
    borrower.reading.borrowVectors(ref, port2);
    const found = search(borrower);
    const lending = lender.reading.lendVectors(ref, port1);
    await remove('b');
    await lending;
    expect(await found).toEqual(await plain());
    expect(await search(borrower)).toEqual(await plain());
  });

  test('are read from the file where the other thread ends, or has none', async () => {
    for (const end of [
      async (port: MessageChannel['port1']) => port.close(),
      (port: MessageChannel['port1']) => lender.reading.lendVectors(ref, port),
    ]) {
      const { port1, port2 } = new MessageChannel();
      const reader = openReader();
      reader.reading.borrowVectors(ref, port2);
      const found = search(reader);
      await end(port1);
      expect(await found).toEqual(await plain());
      expect(reader.read()).toBe(15);
      reader.database.close();
    }
  });

  test('that moved while they were lent are read from the file', async () => {
    // More than one block, of which the first has been sent when a row of the last takes a place in it.
    const many = Array.from({ length: 4_100 }, (_, at) => `text ${at}`);
    await store.manifest.accept(ref, run, [newRevisionOf('many')]);
    await store.chunks.commit(ref, [revisionOf('many', 1, many)], signal);
    const writer = openDatabase(join(folder, 'index.sqlite'), { readOnly: false });
    const caches = createVectorCaches(lender.database, 1e9);
    const searchHere = () =>
      lender.database.read(() =>
        caches.nearest(generationOf(lender.database, ref), [{ query: vector, k: 1 }], null),
      );
    searchHere();
    let sent = 0;
    const taken = createVectorCaches(borrower.database, 1e9);
    let state = 0;
    taken.borrow(ref, async (take) => {
      state = await caches.lend(ref, (block) => {
        take(block);
        sent += 1;
        if (sent > 1) return;
        const { id } = generationOf(writer, ref);
        const { chunk, vector: vectors } = tablesOf(id);
        writer.write(() => {
          writer.run(`DELETE FROM ${vectors} WHERE chunk = (SELECT min(id) FROM ${chunk})`);
          writer.run(`DELETE FROM ${chunk} WHERE id = (SELECT min(id) FROM ${chunk})`);
          writer.run('UPDATE generation SET changes = changes + 1 WHERE id = ?', id);
        });
        searchHere();
      });
      return state;
    });
    await taken.prepare(ref);
    const [found] = borrower.database.read(() =>
      taken.nearest(generationOf(borrower.database, ref), [{ query: vector, k: 10_000 }], null),
    );
    expect([sent, state]).toEqual([2, -1]);
    expect(found).toHaveLength(4_114);
    writer.close();
  });
});
