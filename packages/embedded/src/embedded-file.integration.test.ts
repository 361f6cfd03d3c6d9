import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AppError,
  type Corpus,
  type DocumentRevision,
  liveRef,
  type PhysicalName,
  type Store,
  silentLogger,
} from '@winnow/core';
import { corpusOf, newRevisionOf, revisionOf, runIdOf, unitVectorOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { openEmbeddedStore, storeOver } from './embedded-store.ts';

const corpus: Corpus = corpusOf('one-file');
const ref = liveRef(corpus);
const { signal } = new AbortController();
let folder: string;
let path: string;
const open = (readOnly = false) => openEmbeddedStore({ path, readOnly, log: silentLogger });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-file-'));
  path = join(folder, 'index.sqlite');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function publish(store: Store, documents: readonly DocumentRevision[]): Promise<void> {
  await store.manifest.accept(
    ref,
    runIdOf('run'),
    documents.map(({ documentId, revision }) => newRevisionOf(documentId, { over: revision - 1 })),
  );
  await store.chunks.commit(ref, documents, signal);
}

async function found(store: Store, text: string): Promise<readonly (string | undefined)[]> {
  const { dense, chunks } = await store.chunks.recall(ref, {
    terms: null,
    vector: unitVectorOf(text),
    k: 3,
    filter: null,
    signal,
  });
  return dense.map((hit) => chunks.get(hit.chunkId)?.text);
}

describe('one file and several connections', () => {
  test('vectors in memory follow what another process commits and removes', async () => {
    const writer = await open();
    await writer.corpora.create(corpus);
    await publish(writer, [revisionOf('a', 1, ['one']), revisionOf('b', 1, ['two'])]);
    const reader = await open(true);
    expect(await found(reader, 'one')).toContain('two');
    await publish(writer, [revisionOf('c', 1, ['three'])]);
    expect(await found(reader, 'three')).toHaveLength(3);
    await writer.chunks.remove(ref, runIdOf('run'), [revisionOf('a', 1, [])], signal);
    expect([...(await found(reader, 'one'))].sort()).toEqual(['three', 'two']);
    expect([...(await found(writer, 'one'))].sort()).toEqual(['three', 'two']);
    await reader.close();
    await writer.close();
  });

  test('a corpus made anew by another process is not taken for the old one', async () => {
    const writer = await open();
    await writer.corpora.create(corpus);
    await publish(writer, [revisionOf('a', 1, ['old'])]);
    const reader = await open(true);
    expect(await found(reader, 'old')).toEqual(['old']);
    await writer.corpora.delete(corpus.name);
    await writer.corpora.create(corpus);
    await publish(writer, [revisionOf('a', 1, ['new'])]);
    expect(await found(reader, 'old')).toEqual(['new']);
    await reader.close();
    await writer.close();
  });

  test('a reader can change nothing', async () => {
    await (await open()).close();
    const reader = await open(true);
    await expect(reader.corpora.create(corpus)).rejects.toMatchObject({ code: 'failed_precondition' });
    await reader.close();
  });

  test('a write that another process blocks is unavailable, and works when it is done', async () => {
    await (await open()).close();
    const other = openDatabase(path, { readOnly: false });
    const atOnce = () => openDatabase(path, { readOnly: false, busyTimeoutMs: 0 });
    const store = storeOver(atOnce(), atOnce);
    other.execute('BEGIN IMMEDIATE');
    await expect(store.corpora.create(corpus)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('locked by another process'),
    });
    other.execute('COMMIT');
    await store.corpora.create(corpus);
    await store.close();
    other.close();
  });

  test('one file is left after the last connection was closed', async () => {
    const store = await open();
    await store.corpora.create(corpus);
    await store.close();
    await store.close();
    expect(await readdir(folder)).toEqual(['index.sqlite']);
    await expect(store.corpora.list()).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a disk that is full', () => {
  test('refuses the commit, leaves what was there, and goes on when there is room', async () => {
    await (await open()).close();
    const database = openDatabase(path, { readOnly: false });
    const beside = openDatabase(path, { readOnly: false });
    const store = storeOver(database, () => beside);
    await store.corpora.create(corpus);
    await publish(store, [revisionOf('a', 1, ['kept text'])]);
    await store.manifest.accept(ref, runIdOf('run'), [newRevisionOf('a', { over: 1 }), newRevisionOf('b')]);

    const pages = database.get<{ page_count: number }>('PRAGMA page_count')?.page_count ?? 0;
    beside.execute(`PRAGMA max_page_count = ${pages + 2}`);
    const long = 'many words '.repeat(20_000);
    const documents = [revisionOf('a', 2, [long]), revisionOf('b', 1, [`${long}again`])];
    await expect(store.chunks.commit(ref, documents, signal)).rejects.toMatchObject({
      code: 'resource_exhausted',
      part: 'index',
      message: expect.stringContaining('the disk is full'),
    });
    expect(await found(store, 'kept text')).toEqual(['kept text']);
    expect(await store.manifest.tally(ref)).toMatchObject({ pending: 2, searchable: 1, chunks: 1 });

    beside.execute('PRAGMA max_page_count = 1000000');
    expect(await store.chunks.commit(ref, documents, signal)).toMatchObject([
      { outcome: 'committed' },
      { outcome: 'committed' },
    ]);
    expect(await store.manifest.tally(ref)).toMatchObject({ live: 2, chunks: 2 });
    await store.close();
  });
});

test('an index in memory is a store like any other', async () => {
  const store = await openEmbeddedStore({ path: ':memory:', log: silentLogger });
  await store.corpora.create(corpus);
  await publish(store, [revisionOf('a', 1, ['one'])]);
  expect(await found(store, 'one')).toEqual(['one']);
  await store.corpora.delete(corpus.name);
  await store.close();
});

describe('a file that does not fit', () => {
  /** The error of opening the file and reading from it. */
  const failure = async (readOnly = false): Promise<AppError> => {
    try {
      const store = await open(readOnly);
      await store.corpora.list();
      await store.close();
    } catch (error) {
      return AppError.from(error);
    }
    throw new Error('the file was read');
  };

  test('is refused if there is none to read', async () => {
    expect(await failure(true)).toMatchObject({ code: 'not_found' });
  });

  test('is refused if it is no database', async () => {
    await writeFile(path, 'a text of some length that is no database at all\n'.repeat(100));
    for (const readOnly of [true, false]) {
      expect(await failure(readOnly)).toMatchObject({
        code: 'failed_precondition',
        message: expect.stringContaining(`${path} is not an index`),
      });
    }
  });

  test('is refused if it is a database of another program', async () => {
    const other = openDatabase(path, { readOnly: false });
    other.execute('CREATE TABLE notes (text)');
    other.close();
    expect(await failure()).toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('another program'),
    });
  });

  test('is refused if a newer version wrote it', async () => {
    await (await open()).close();
    const newer = openDatabase(path, { readOnly: false });
    newer.execute('PRAGMA user_version = 99');
    newer.close();
    expect(await failure()).toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('newer version (format 99'),
    });
  });

  test('is refused if it is damaged', async () => {
    const store = await open();
    await store.corpora.create(corpus);
    await store.close();
    await truncate(path, 8_192);
    expect(await failure()).toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('is damaged'),
    });
  });

  test('is refused if its vectors are of another model', async () => {
    const store = await open();
    await store.corpora.create(corpus);
    await store.manifest.accept(ref, runIdOf('run'), [newRevisionOf('a')]);
    const other = revisionOf('a', 1, ['text'], { dimensions: 16 });
    await expect(store.chunks.commit(ref, [other], signal)).rejects.toMatchObject({
      code: 'failed_precondition',
    });
    expect(await store.manifest.tally(ref)).toMatchObject({ pending: 1, chunks: 0 });
    for (const generation of corpus.generations) {
      const prepared = store.corpora.prepareGeneration(corpus, { ...generation, dimensions: 16 });
      await expect(prepared).rejects.toMatchObject({ code: 'failed_precondition' });
    }
    await store.close();
  });

  test('says so if one of its records is damaged', async () => {
    await (await open()).close();
    const file = openDatabase(path, { readOnly: false });
    file.execute("INSERT INTO corpus (name, body) VALUES ('torn', '{\"name\":')");
    file.close();
    expect(await failure()).toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('a corpus record is damaged'),
    });
  });

  test('a corpus or generation that is not there is not found', async () => {
    const store = await open();
    await expect(store.manifest.list(ref, { limit: 1 })).rejects.toMatchObject({ code: 'not_found' });
    await store.corpora.create(corpus);
    const second = { ...ref, generation: 2, physicalName: 'another' as PhysicalName };
    await expect(store.manifest.tally(second)).rejects.toMatchObject({ code: 'not_found' });
    await store.close();
  });
});
