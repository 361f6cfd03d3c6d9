import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  type CorpusName,
  type DocumentState,
  type EmbeddingKey,
  firstMaking,
  type GenerationRef,
  generationRef,
  liveRef,
  type ManifestEntry,
  onlySourceId,
  type Store,
  silentLogger,
  type Tally,
} from '@winnow/core';
import { documentIdOf, newRevisionOf, revisionOf, runIdOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from './database.ts';
import { openEmbeddedStore } from './embedded-store.ts';
import { openEmbeddedEmbeddingCache } from './embedding-cache/embedded-embedding-cache.ts';
import { makeReadOnly, makeWritable, startOnlooker } from './fixtures/unprivileged.ts';
import { expectedChunks, expectedEntries, expectedRuns, fixtureFile } from './fixtures/version-1.ts';
import { openEmbeddedLedger } from './ledger/embedded-ledger.ts';

const names = ['broken-off', 'handbook', 'records'] as CorpusName[];
const { signal } = new AbortController();
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-version-1-'));
  path = join(folder, 'winnow.db');
  for (const name of ['winnow.db', 'embeddings.db']) {
    await writeFile(join(folder, name), gunzipSync(await readFile(fixtureFile(`${name}.gz`))));
  }
  await writeFile(join(folder, 'ledger.db'), await readFile(fixtureFile('ledger.db')));
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

async function refOf(store: Store, name: CorpusName) {
  const corpus = await store.corpora.get(name);
  if (corpus === null) throw new Error(`there is no corpus ${name}`);
  return liveRef(corpus);
}

async function contentsOf(store: Store, name: CorpusName) {
  const ref = await refOf(store, name);
  const chunks = [];
  for await (const { vector: _, ...chunk } of store.chunks.export(ref, { vectors: true, signal })) {
    chunks.push(chunk);
  }
  return {
    corpus: await store.corpora.get(name),
    chunks,
    entries: await store.manifest.list(ref, { limit: 100 }),
    runs: await store.runs.list(name, 100),
    tally: await store.manifest.tally(ref),
    census: await store.chunks.census(ref, { limit: 100 }, signal),
  };
}

/** What the tally must be by the entries. */
async function countedTally(store: Store, ref: GenerationRef): Promise<Tally> {
  const entries = await store.manifest.list(ref, { limit: 1_000 });
  const inState = (state: DocumentState) => entries.filter((entry) => entry.state === state).length;
  const sum = (of: (entry: ManifestEntry) => number) =>
    entries.reduce((total, entry) => total + of(entry), 0);
  return {
    pending: inState('pending'),
    live: inState('live'),
    failed: inState('failed'),
    dismissed: 0,
    deleted: inState('deleted'),
    searchable: entries.filter(({ liveRevision }) => liveRevision !== null).length,
    chunks: sum(({ chunkCount }) => chunkCount),
    usage: {
      embedded: sum(({ usage }) => usage.embedded),
      reused: sum(({ usage }) => usage.reused),
      modelCalls: sum(({ usage }) => usage.modelCalls),
      tokens: sum(({ usage }) => usage.tokens),
    },
  };
}

const pragma = (name: string): number => {
  const database = openDatabase(path, { readOnly: true });
  const [value] = Object.values(database.get<Record<string, number>>(`PRAGMA ${name}`) ?? {});
  database.close();
  return value ?? Number.NaN;
};

describe.each([
  ['brought forward', false],
  ['only read', true],
] as const)('an index of version 1, %s', (_, readOnly) => {
  test('has every corpus, document, state, run and chunk that it had', async () => {
    const store = await open(readOnly);
    expect((await store.corpora.list()).map(({ name }) => name)).toEqual(names);
    for (const name of names) {
      const { chunks, entries, runs } = await contentsOf(store, name);
      expect(chunks).toEqual(await expectedChunks(name));
      const brief = entries.map((entry) => ({
        documentId: entry.documentId,
        state: entry.state,
        revision: entry.revision,
        liveRevision: entry.liveRevision,
        chunkCount: entry.chunkCount,
        attempts: entry.attempts,
        lane: entry.lane,
        runId: entry.runId,
      }));
      const byId = (left: { documentId: string }, right: { documentId: string }) =>
        left.documentId < right.documentId ? -1 : 1;
      expect([...brief].sort(byId)).toEqual([...(await expectedEntries(name))].sort(byId));
      expect(runs.map(({ runId, state }) => ({ runId, state }))).toEqual(await expectedRuns(name));
      const { physicalName } = await refOf(store, name);
      for (const run of runs) {
        expect(run).toMatchObject({ kind: 'sync', physicalName, waiting: null });
        expect(await store.runs.get(run.runId)).toEqual(run);
      }
    }
  });

  test('has what was not known then filled in: source, making, dismissals, versions of what is live', async () => {
    const store = await open(readOnly);
    for (const name of names) {
      const { entries, census, tally } = await contentsOf(store, name);
      for (const entry of entries) {
        expect(entry).toMatchObject({
          sourceId: onlySourceId,
          bytes: null,
          making: entry.liveRevision === null ? null : firstMaking,
          dismissed: false,
        });
      }
      expect(census.map(({ version, chunks, broken }) => [version, chunks, broken])).toEqual(
        entries
          .filter(({ liveRevision }) => liveRevision !== null)
          .map(({ liveVersion, chunkCount }) => [liveVersion, chunkCount, 0]),
      );
      expect(tally).toMatchObject({
        dismissed: 0,
        chunks: census.reduce((sum, { chunks }) => sum + chunks, 0),
      });
    }
  });

  test('is searched in both legs, with filters', async () => {
    const store = await open(readOnly);
    const ref = await refOf(store, names[1] ?? ('' as CorpusName));
    const exported = store.chunks.export(ref, { vectors: true, signal });
    for await (const { chunkId, vector, metadata } of exported) {
      const filter = { op: 'exists', field: 'level' } as const;
      const all = { terms: ['pump'], vector, k: 20, filter: null, signal };
      expect((await store.chunks.recall(ref, all)).dense[0]).toMatchObject({ chunkId });
      const { dense } = await store.chunks.recall(ref, { ...all, filter });
      expect(dense.some((hit) => hit.chunkId === chunkId)).toBe(metadata.level !== undefined);
    }
    const byTerms = await store.chunks.recall(ref, {
      terms: ['pump'],
      vector: null,
      k: 3,
      filter: null,
      signal,
    });
    const texts = [...byTerms.chunks.values()].map(({ text }) => text);
    expect(texts).not.toEqual([]);
    expect(texts.every((text) => text.includes('pump'))).toBe(true);
  });
});

describe('an index of version 1', () => {
  test('is the same whether it is brought forward or only read', async () => {
    const reader = await open(true);
    const before = await Promise.all(names.map((name) => contentsOf(reader, name)));
    const writer = await open();
    expect(await Promise.all(names.map((name) => contentsOf(writer, name)))).toEqual(before);
    // The reader goes on, over tables that have changed under it, and sees what they can hold by now.
    expect(await Promise.all(names.map((name) => contentsOf(reader, name)))).toEqual(before);
    const ref = await refOf(writer, 'handbook' as CorpusName);
    await writer.manifest.accept(ref, runIdOf('run-2'), [newRevisionOf('guide.md', { over: 2, bytes: 77 })]);
    const guide = documentIdOf('guide.md');
    expect((await reader.manifest.get(ref, [guide])).get(guide)).toMatchObject({ revision: 3, bytes: 77 });
  });

  test('stays of version 1 while it is only read', async () => {
    await open(true);
    expect(pragma('user_version')).toBe(1);
    await open();
    expect(pragma('user_version')).toBe(6);
  });

  test('is read where it may not be written', async () => {
    await makeReadOnly(folder);
    const onlooker = startOnlooker(path);
    onTestFinished(() => onlooker.close());
    const texts = await Promise.all(
      names.map(async (name) => (await expectedChunks(name)).map(({ text }) => text)),
    );
    expect(await onlooker.look()).toEqual(Object.fromEntries(names.map((name, at) => [name, texts[at]])));
  });

  test('goes on: a new revision is committed, a run is kept, a generation filled and dropped', async () => {
    const store = await open();
    const name = names[0] ?? ('' as CorpusName);
    const ref = await refOf(store, name);
    const run = runIdOf('run-2');
    await store.manifest.admit(ref, run);
    await store.manifest.accept(ref, run, [newRevisionOf('unit-1.md', { over: 2 })]);
    const changed = revisionOf('unit-1.md', 3, ['changed'], { dimensions: 384 });
    expect(await store.chunks.commit(ref, [changed], signal)).toMatchObject([{ outcome: 'committed' }]);
    expect((await store.chunks.ofDocument(ref, changed.documentId)).map(({ text }) => text)).toEqual([
      'changed',
    ]);
    const { making } = changed;
    const entries = await store.manifest.get(ref, [changed.documentId]);
    expect(entries.get(changed.documentId)).toMatchObject({ state: 'live', revision: 3, making });
    expect(await store.manifest.tally(ref)).toEqual(await countedTally(store, ref));
    const [kept] = await store.runs.active();
    if (kept === undefined) throw new Error('no run is active');
    await store.runs.update(kept.runId, (current) => ({ ...current, state: 'canceled' }));
    expect(await store.runs.active()).toEqual([]);

    const corpus = await store.corpora.get(name);
    const [first] = corpus?.generations ?? [];
    if (corpus === null || first === undefined) throw new Error('there is no generation');
    const further = { ...first, number: 2, physicalName: `${name}.further.g2` as typeof first.physicalName };
    await store.corpora.prepareGeneration(corpus, further);
    await store.manifest.accept(generationRef(corpus, further), run, [newRevisionOf('unit-1.md')]);
    await store.corpora.dropGeneration(ref, signal);
    await expect(store.manifest.tally(ref)).rejects.toMatchObject({ code: 'not_found' });
    expect(await store.manifest.tally(generationRef(corpus, further))).toMatchObject({ pending: 1 });
  });

  test('gives space back to the disk once it is brought forward', async () => {
    const store = await open();
    const before = pragma('page_count');
    for (const name of names) await store.corpora.delete(name);
    expect(pragma('freelist_count')).toBe(0);
    expect(pragma('page_count')).toBeLessThan(before / 3);
    expect(await store.corpora.list()).toEqual([]);
    expect(await store.runs.active()).toEqual([]);
  });
});

describe('ledger and embedding cache of version 1', () => {
  test('are summed and looked up where they may not be written', async () => {
    await makeReadOnly(folder);
    const onlooker = startOnlooker(path);
    onTestFinished(() => onlooker.close());
    expect(await onlooker.look('ledger')).toMatchObject({ answer: 0.000228, rerank: 0.004 });
    const key = 'ghmTbVJTJsc90cDhLwtlNA';
    expect(await onlooker.look(key)).toEqual({ [key]: [1, 0, 0, 0, 0, 0, 0, 0] });
  });

  test('are summed and looked up where they may be written', async () => {
    const ledger = openEmbeddedLedger({ path: join(folder, 'ledger.db') });
    const cache = openEmbeddedEmbeddingCache({ path: join(folder, 'embeddings.db') });
    onTestFinished(async () => {
      await ledger.close();
      await cache.close();
    });
    const sums = await ledger.sum({ by: 'purpose', limit: 10 });
    expect(sums.find(({ group }) => group === 'answer')).toMatchObject({ inputTokens: 1_200, usd: 0.000228 });
    const key = 'ghmTbVJTJsc90cDhLwtlNA' as EmbeddingKey;
    expect(await cache.get([key])).toEqual(new Map([[key, Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0)]]));
  });
});
