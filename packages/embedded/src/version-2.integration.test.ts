import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Corpus,
  type CorpusName,
  corpusDefaults,
  corpusVersion,
  liveRef,
  runVersion,
  type Store,
  silentLogger,
} from '@winnow/core';
import {
  chunkOf,
  goldenQueryOf,
  qualityResultOf,
  queryRecordOf,
  revisionOf,
  scheduleOf,
  tokenVectorsOf,
  unitVectorOf,
} from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from './database.ts';
import { openEmbeddedStore } from './embedded-store.ts';
import { makeReadOnly, makeWritable, startOnlooker } from './fixtures/unprivileged.ts';
import { contentsOfVersion2, indexOfVersion2 } from './fixtures/version-2.ts';
import { versionOf } from './migrations/bring-forward.ts';

const [handbook, units] = ['handbook', 'units'] as [CorpusName, CorpusName];
const { signal } = new AbortController();
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-version-2-'));
  path = join(folder, 'winnow.db');
  await writeFile(path, await indexOfVersion2());
});
afterEach(async () => {
  await makeWritable(folder);
  await rm(folder, { recursive: true });
});

async function open(readOnly = false): Promise<Store> {
  const store = await openEmbeddedStore({ path, readOnly, log: silentLogger });
  onTestFinished(() => store.close());
  return store;
}

async function corpusNamed(store: Store, name: CorpusName): Promise<Corpus> {
  const corpus = await store.corpora.get(name);
  if (corpus === null) throw new Error(`there is no corpus ${name}`);
  return corpus;
}

async function contentsOf(store: Store, name: CorpusName) {
  const ref = liveRef(await corpusNamed(store, name));
  const chunks = [];
  for await (const { vector, ...chunk } of store.chunks.export(ref, { vectors: true, signal })) {
    chunks.push({ ...chunk, vectorDigest: vector === null ? null : digestOf(vector) });
  }
  return {
    runs: await store.runs.list(name, 100),
    tally: await store.manifest.tally(ref),
    entries: await store.manifest.list(ref, { limit: 1_000 }),
    census: await store.chunks.census(ref, { limit: 1_000 }, signal),
    chunks,
  };
}

function digestOf({ buffer, byteOffset, byteLength }: Float32Array): string {
  return createHash('sha256')
    .update(Buffer.from(buffer, byteOffset, byteLength))
    .digest('base64url');
}

async function besideOf(store: Store, corpus: Corpus) {
  const golden = [];
  for await (const query of store.golden.list(corpus.corpusId, 'one')) golden.push(query);
  return {
    schedule: await store.schedules.get(corpus.name),
    schedules: await store.schedules.list(),
    golden,
    recent: await store.queryLog.recent(corpus.corpusId, 10),
    query: await store.queryLog.get(corpus.corpusId, 'q'),
    quality: await store.quality.list(corpus.corpusId, 10),
  };
}

const nothing = { schedule: null, schedules: [], golden: [], recent: [], query: null, quality: [] };

const version = () => {
  const database = openDatabase(path, { readOnly: true });
  const found = versionOf(database);
  database.close();
  return found;
};

describe.each([
  ['brought forward', false],
  ['only read', true],
] as const)('an index of version 2, %s', (_, readOnly) => {
  test('has every corpus, document, state, run, chunk and vector that it had', async () => {
    const store = await open(readOnly);
    const expected = await contentsOfVersion2();
    expect((await store.corpora.list()).map(({ name }) => name)).toEqual([handbook, units]);
    for (const { corpus, runs, ...rest } of expected) {
      expect(await corpusNamed(store, corpus.name)).toMatchObject({
        ...corpusDefaults,
        ...corpus,
        ...{ version: corpusVersion, lastGeneration: 1 },
      });
      const contents = await contentsOf(store, corpus.name);
      expect(contents).toMatchObject(rest);
      expect(contents.runs).toMatchObject(runs.map((run) => ({ ...run, version: runVersion })));
      expect(contents.chunks).toHaveLength(rest.chunks.length);
    }
  });

  test('has nothing beside its corpora', async () => {
    const store = await open(readOnly);
    for (const corpus of await store.corpora.list()) expect(await besideOf(store, corpus)).toEqual(nothing);
  });

  test('has no token vectors', async () => {
    const store = await open(readOnly);
    const ref = liveRef(await corpusNamed(store, handbook));
    const ids = (await store.manifest.list(ref, { limit: 100 })).map(({ documentId }) => documentId);
    const documents = await store.chunks.documents(ref, ids, signal);
    const keys = documents.flatMap(({ chunks }) => chunks.map(({ embeddingKey }) => embeddingKey));
    expect(keys.length).toBeGreaterThan(5);
    expect(await store.chunks.tokenVectorsByKey(ref, keys)).toEqual(new Map());
  });

  test('is searched in both legs', async () => {
    const store = await open(readOnly);
    const ref = liveRef(await corpusNamed(store, handbook));
    for await (const { chunkId, vector } of store.chunks.export(ref, { vectors: true, signal })) {
      const query = { terms: ['pump'], vector, k: 20, filter: null, signal };
      const { dense, bm25, chunks } = await store.chunks.recall(ref, query);
      expect(dense[0]).toMatchObject({ chunkId });
      expect(bm25.length).toBeGreaterThan(0);
      expect(bm25.every((hit) => chunks.get(hit.chunkId)?.text.includes('pump'))).toBe(true);
    }
  });
});

describe('an index of version 2', () => {
  test('stays of version 2 while it is only read, and refuses what it has no place for', async () => {
    const reader = await open(true);
    const corpus = await corpusNamed(reader, handbook);
    const writes = [
      () => reader.schedules.set(scheduleOf(corpus)),
      () => reader.golden.add(corpus.corpusId, 'one', [goldenQueryOf('q')]),
      () => reader.queryLog.record([queryRecordOf(corpus, 'q')]),
      () => reader.quality.add(qualityResultOf(corpus)),
    ];
    for (const write of writes) {
      await expect(write()).rejects.toMatchObject({ code: 'failed_precondition', part: 'index' });
    }
    expect(version()).toBe(2);
    await open();
    expect(version()).toBe(6);
  });

  test('is read where it may not be written', async () => {
    await makeReadOnly(folder);
    const onlooker = startOnlooker(path);
    onTestFinished(() => onlooker.close());
    const expected = await contentsOfVersion2();
    const texts = expected.map(({ corpus, chunks }) => [corpus.name, chunks.map(({ text }) => text)]);
    expect(await onlooker.look()).toEqual(Object.fromEntries(texts));
  });

  test('once it is brought forward, keeps what is beside a corpus, and a reader of before sees it', async () => {
    const reader = await open(true);
    const store = await open();
    const corpus = await corpusNamed(store, handbook);
    expect(await besideOf(reader, corpus)).toEqual(nothing);
    const [schedule, golden, query, result] = [
      scheduleOf(corpus),
      goldenQueryOf('q'),
      queryRecordOf(corpus, 'q'),
      qualityResultOf(corpus),
    ];
    await store.schedules.set(schedule);
    await store.golden.add(corpus.corpusId, 'one', [golden]);
    await store.queryLog.record([query]);
    await store.quality.add(result);
    expect(await besideOf(reader, corpus)).toEqual({
      ...{ schedule, schedules: [schedule] },
      ...{ golden: [golden], recent: [query], query, quality: [result] },
    });
    await store.corpora.delete(handbook);
    expect(await besideOf(store, corpus)).toEqual(nothing);
    expect(await contentsOf(store, units)).toMatchObject({ tally: { pending: 11 } });
  });

  test('goes on: what was pending is committed, and its run ends', async () => {
    const store = await open();
    const ref = liveRef(await corpusNamed(store, units));
    const [first] = await store.manifest.list(ref, { states: ['pending'], limit: 1 });
    const [run] = await store.runs.active();
    if (first === undefined || run === undefined) throw new Error('nothing is pending');
    expect(run.waiting).toMatchObject({ reason: 'budget' });
    const tokenVectors = tokenVectorsOf('unit text');
    const chunk = chunkOf(first.documentId, 0, 'unit text', { dimensions: 384, tokenVectors });
    const revision = revisionOf(first.documentId, 1, [chunk], { contentHash: first.contentHash });
    expect(await store.chunks.commit(ref, [revision], signal)).toMatchObject([{ outcome: 'committed' }]);
    const found = await store.chunks.recall(ref, {
      ...{ terms: ['unit'], vector: unitVectorOf('unit text', 384), k: 3, filter: null, signal },
    });
    expect([found.bm25.length, found.dense.length]).toEqual([1, 1]);
    const ofTokens = await store.chunks.tokenVectorsByKey(ref, [chunk.embeddingKey]);
    expect([...ofTokens]).toEqual([[chunk.embeddingKey, tokenVectors]]);
    await store.runs.update(run.runId, (current) => ({ ...current, state: 'completed', waiting: null }));
    expect(await store.runs.active()).toEqual([]);
    expect(await store.manifest.tally(ref)).toMatchObject({ live: 1, pending: 10, chunks: 1 });
  });
});
