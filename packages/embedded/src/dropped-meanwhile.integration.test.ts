import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Corpus, liveRef, silentLogger } from '@winnow/core';
import { corpusOf, newRevisionOf, revisionOf, runIdOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createChunkIndex } from './chunk-index.ts';
import { openDatabase } from './database.ts';
import { abandonGenerations } from './drop-generations.ts';
import { openEmbeddedStore } from './embedded-store.ts';
import { dropTables } from './generation-tables.ts';
import { createIndexDatabase } from './index-database.ts';
import { createManifest } from './manifest.ts';
import { createReading } from './readers/reading.ts';

const { signal } = new AbortController();
const corpus: Corpus = corpusOf('gone');
const ref = liveRef(corpus);
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-dropped-'));
  path = join(folder, 'index.sqlite');
  const store = await openEmbeddedStore({ path, log: silentLogger });
  await store.corpora.create(corpus);
  await store.manifest.accept(ref, runIdOf('run'), [newRevisionOf('a')]);
  await store.chunks.commit(ref, [revisionOf('a', 1, ['some words of a passage'])], signal);
  await store.close();
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Another process drops the generation right after it was found. */
function droppedOnceFound() {
  const database = openDatabase(path, { readOnly: false });
  const get: typeof database.get = (sql, ...values) => {
    const row = database.get<never>(sql, ...values);
    if (sql.includes('FROM generation')) drop();
    return row;
  };
  let isDropped = false;
  const drop = () => {
    if (isDropped) return;
    isDropped = true;
    const other = openDatabase(path, { readOnly: false });
    other.write(() => {
      for (const id of abandonGenerations(other, { physicalName: ref.physicalName })) {
        other.execute(dropTables(id));
        other.run('DELETE FROM generation WHERE id = ?', id);
      }
    });
    other.close();
  };
  return { ...database, get };
}

function opened() {
  const database = droppedOnceFound();
  const reading = createReading(database, 1e9);
  const file = createIndexDatabase(database, () => database);
  const now = () => new Date();
  return {
    file,
    chunks: createChunkIndex({ database: file, reading, now }),
    manifest: createManifest(file, now),
  };
}

type Opened = ReturnType<typeof opened>;
const query = { k: 10, filter: null, signal, terms: ['words', 'passage'], vector: null };
const key = revisionOf('a', 1, ['x']).chunks[0]?.embeddingKey;
const documentId = newRevisionOf('a').documentId;
const looks: Readonly<Record<string, (index: Opened) => Promise<unknown>>> = {
  'search by words': ({ chunks }) => chunks.recall(ref, query),
  'search by meaning': ({ chunks }) =>
    chunks.recall(ref, { ...query, terms: null, vector: Float32Array.of(1, 0, 0, 0) }),
  'chunks of a document': ({ chunks }) => chunks.ofDocument(ref, documentId),
  'a document as it is kept': ({ chunks }) => chunks.documents(ref, [documentId], signal),
  'vectors by key': ({ chunks }) => chunks.vectorsByKey(ref, key === undefined ? [] : [key]),
  'token vectors by key': ({ chunks }) => chunks.tokenVectorsByKey(ref, key === undefined ? [] : [key]),
  'a census': ({ chunks }) => chunks.census(ref, { limit: 10 }, signal),
  'an export': ({ chunks }) => Array.fromAsync(chunks.export(ref, { vectors: true, signal })),
  'entries of the manifest': ({ manifest }) => manifest.get(ref, [documentId]),
  'a page of the manifest': ({ manifest }) => manifest.list(ref, { states: ['live'], limit: 10 }),
};

describe('a generation that is dropped while it is read', () => {
  test.each(Object.entries(looks))('is gone, and no fault, for %s', async (_name, look) => {
    const index = opened();
    await expect(look(index)).rejects.toMatchObject({ code: 'not_found' });
    await index.file.close();
  });
});
