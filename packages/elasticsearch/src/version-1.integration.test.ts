import {
  type Corpus,
  type CorpusName,
  documentKeyOf,
  type EmbeddingKey,
  firstMaking,
  generationRef,
  liveRef,
  onlySourceId,
  type Store,
  silentLogger,
} from '@winnow/core';
import {
  chunkOf,
  elasticsearchUrl,
  newRevisionOf,
  revisionOf,
  runIdOf,
  tokenVectorsOf,
  uniquePrefix,
} from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createElasticsearchEmbeddingCache } from './embedding-cache/elasticsearch-embedding-cache.ts';
import { schemaVersion } from './indexes/index-definitions.ts';
import { createElasticsearchLedger } from './ledger/elasticsearch-ledger.ts';
import { openTestStore, type TestStore } from './test-support.ts';
import { expectedChunks, expectedEntries, expectedRuns, loadVersion1 } from './version-1-fixture.ts';

const names = ['broken-off', 'handbook', 'records'] as CorpusName[];
const [brokenOff, handbook] = names as [CorpusName, CorpusName];
const never = new AbortController().signal;
let opened: TestStore;
let store: Store;

beforeEach(async () => {
  const prefix = uniquePrefix();
  await loadVersion1(elasticsearchUrl(), prefix);
  opened = await openTestStore(elasticsearchUrl(), prefix);
  store = opened.store;
});
afterEach(() => opened.dispose());

async function corpusNamed(name: CorpusName): Promise<Corpus> {
  const corpus = await store.corpora.get(name);
  if (corpus === null) throw new Error(`there is no corpus ${name}`);
  return corpus;
}

const refOf = async (name: CorpusName) => liveRef(await corpusNamed(name));
const settingsOf = async (index: string) => {
  const { [index]: answer } = await opened.client.indices.get({ index });
  const { properties, _meta } = answer?.mappings ?? {};
  return {
    version: _meta?.schema_version,
    refreshInterval: answer?.settings?.index?.refresh_interval,
    fields: Object.keys(properties ?? {}),
    aliases: Object.keys(answer?.aliases ?? {}),
  };
};

async function contentsOf(name: CorpusName) {
  const ref = await refOf(name);
  const chunks = [];
  for await (const { vector: _, ...chunk } of store.chunks.export(ref, { vectors: true, signal: never })) {
    chunks.push(chunk);
  }
  return {
    chunks,
    entries: await store.manifest.list(ref, { limit: 100 }),
    runs: await store.runs.list(name, 100),
    tally: await store.manifest.tally(ref),
    census: await store.chunks.census(ref, { limit: 100 }, never),
  };
}

/** Lets this process write to a corpus, so that its indexes are brought forward. */
async function bringForward(name: CorpusName): Promise<void> {
  const ref = await refOf(name);
  const absent = { documentId: newRevisionOf('nobody').documentId, revision: 9 };
  await store.manifest.countAttempt(ref, [absent]);
}

describe.each([
  ['only read', false],
  ['brought forward', true],
] as const)('indexes of version 1, %s', (_, isForward) => {
  beforeEach(async () => {
    if (isForward) for (const name of names) await bringForward(name);
  });

  test('have every corpus, document, state, run and chunk that they had', async () => {
    expect((await store.corpora.list()).map(({ name }) => name)).toEqual(names);
    for (const name of names) {
      const { chunks, entries, runs } = await contentsOf(name);
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
      expect(brief.toSorted(byId)).toEqual((await expectedEntries(name)).toSorted(byId));
      expect(runs.map(({ runId, state }) => ({ runId, state }))).toEqual(await expectedRuns(name));
    }
  });

  test('have what was not known then filled in, also where it is searched by', async () => {
    for (const name of names) {
      const { entries, census, tally } = await contentsOf(name);
      for (const entry of entries) {
        const making = entry.liveRevision === null ? null : firstMaking;
        expect(entry).toMatchObject({ sourceId: onlySourceId, bytes: null, making, dismissed: false });
      }
      expect(census.map(({ version, chunks, broken }) => [version, chunks, broken])).toEqual(
        entries
          .filter(({ liveRevision }) => liveRevision !== null)
          .map(({ liveVersion, chunkCount }) => [liveVersion, chunkCount, 0]),
      );
      const chunks = census.reduce((sum, each) => sum + each.chunks, 0);
      expect(tally).toMatchObject({ dismissed: 0, chunks });
      const ref = await refOf(name);
      const listed = (query: object) => store.manifest.list(ref, { ...query, limit: 100 });
      expect(await listed({ sourceId: onlySourceId })).toEqual(entries);
      expect(await listed({ dismissed: false })).toEqual(entries);
      expect(await listed({ dismissed: true })).toEqual([]);
      for (const cause of ['unsupported_type', 'malformed', 'gave_up'] as const) {
        expect(await listed({ cause })).toEqual(entries.filter(({ reason }) => reason?.code === cause));
      }
    }
  });

  test('are searched in both legs, with filters', async () => {
    const ref = await refOf(handbook);
    for await (const chunk of store.chunks.export(ref, { vectors: true, signal: never })) {
      const filter = { op: 'exists', field: 'level' } as const;
      const all = { terms: ['pump'], vector: chunk.vector, k: 20, filter: null, signal: never };
      expect((await store.chunks.recall(ref, all)).dense[0]).toMatchObject({ chunkId: chunk.chunkId });
      const { dense } = await store.chunks.recall(ref, { ...all, filter });
      expect(dense.some((hit) => hit.chunkId === chunk.chunkId)).toBe(chunk.metadata.level !== undefined);
    }
    const byTerms = { terms: ['pump'], vector: null, k: 3, filter: null, signal: never };
    const texts = [...(await store.chunks.recall(ref, byTerms)).chunks.values()].map(({ text }) => text);
    expect(texts).not.toEqual([]);
    expect(texts.every((text) => text.includes('pump'))).toBe(true);
    expect((await store.chunks.tokenFrequencies(ref, [])).chunks).toBe(17);
  });
});

describe('an index of version 1', () => {
  test('stays as it is while it is only read', async () => {
    for (const name of names) await contentsOf(name);
    for (const kind of ['chunks', 'manifest']) {
      const { version, refreshInterval } = await settingsOf(`${opened.prefix}.${handbook}.g1.${kind}`);
      expect({ version, refreshInterval }).toEqual({ version: 1, refreshInterval: undefined });
    }
  });

  test('is brought forward when it is first written to, with the others of its generation and no more', async () => {
    await bringForward(handbook);
    const manifest = await settingsOf(`${opened.prefix}.${handbook}.g1.manifest`);
    expect(manifest).toMatchObject({ version: schemaVersion, refreshInterval: '-1' });
    expect(manifest.fields).toEqual(
      expect.arrayContaining(['source_id', 'bytes', 'making', 'dismissed', 'cause']),
    );
    const chunks = await settingsOf(`${opened.prefix}.${handbook}.g1.chunks`);
    expect(chunks).toMatchObject({ version: schemaVersion, refreshInterval: '-1' });
    expect(await settingsOf(`${opened.prefix}.${brokenOff}.g1.manifest`)).toMatchObject({ version: 1 });
  });

  test('goes on: a new revision is committed, a run is kept, a generation filled and dropped', async () => {
    const ref = await refOf(brokenOff);
    const run = runIdOf('run-2');
    await store.manifest.admit(ref, run);
    expect(await store.manifest.accept(ref, run, [newRevisionOf('unit-1.md', { over: 2 })])).toHaveLength(1);
    const tokenVectors = tokenVectorsOf('changed');
    const id = newRevisionOf('unit-1.md').documentId;
    const chunk = chunkOf(id, 0, 'changed', { dimensions: 384, tokenVectors });
    expect(await store.chunks.tokenVectorsByKey(ref, [chunk.embeddingKey])).toEqual(new Map());
    const changed = revisionOf('unit-1.md', 3, [chunk]);
    expect(await store.chunks.commit(ref, [changed], never)).toMatchObject([{ outcome: 'committed' }]);
    const texts = (await store.chunks.ofDocument(ref, changed.documentId)).map(({ text }) => text);
    expect(texts).toEqual(['changed']);
    const ofTokens = await store.chunks.tokenVectorsByKey(ref, [chunk.embeddingKey]);
    expect([...ofTokens]).toEqual([[chunk.embeddingKey, tokenVectors]]);
    const { making, documentId } = changed;
    const entry = (await store.manifest.get(ref, [documentId])).get(documentId);
    expect(entry).toMatchObject({ state: 'live', revision: 3, making });
    const census = await store.chunks.census(ref, { limit: 100 }, never);
    expect(census.filter(({ documentKey }) => documentKey === documentKeyOf(documentId))).toMatchObject([
      { revision: 3, chunks: 1 },
    ]);
    // Hits of before have no name in a column, and this one has.
    const live = census.reduce((sum, { chunks }) => sum + chunks, 0);
    const all = { terms: ['changed'], vector: chunk.vector, k: 100, filter: null, signal: never };
    const found = await store.chunks.recall(ref, all);
    expect(found.dense).toHaveLength(live);
    expect(found.dense[0]).toMatchObject({ chunkId: chunk.chunkId });
    const [kept] = await store.runs.active();
    if (kept === undefined) throw new Error('no run is active');
    await store.runs.update(kept.runId, (current) => ({ ...current, state: 'canceled' }));
    expect(await store.runs.active()).toEqual([]);

    const corpus = await corpusNamed(brokenOff);
    const [first] = corpus.generations;
    if (first === undefined) throw new Error('there is no generation');
    const further = {
      ...first,
      number: 2,
      physicalName: 'broken-off.further.g2' as typeof first.physicalName,
    };
    await store.corpora.prepareGeneration(corpus, further);
    const next = generationRef(corpus, further);
    await store.manifest.admit(next, run);
    await store.manifest.accept(next, run, [newRevisionOf('unit-1.md')]);
    await store.corpora.dropGeneration(ref, never);
    await expect(store.manifest.tally(ref)).rejects.toMatchObject({ code: 'not_found' });
    expect(await store.manifest.tally(next)).toMatchObject({ pending: 1 });
  });

  test('is gone with its corpus, its runs too, and its neighbours are not', async () => {
    await store.corpora.delete(brokenOff);
    expect(await store.runs.list(brokenOff, 10)).toEqual([]);
    const left = Object.keys(await opened.client.indices.get({ index: `${opened.prefix}.*` }));
    expect(left.filter((index) => index.includes(brokenOff))).toEqual([]);
    const { chunks, runs } = await contentsOf(handbook);
    expect(chunks).toHaveLength(17);
    expect(runs).toHaveLength(4);
  });
});

describe('ledger and embedding cache of version 1', () => {
  test('are summed and looked up, and go on', async () => {
    const options = { url: opened.url, prefix: opened.prefix, requestTimeoutMs: 60_000, log: silentLogger };
    const ledger = createElasticsearchLedger(options);
    const sums = await ledger.sum({ by: 'purpose', limit: 10 });
    expect(sums.find(({ group }) => group === 'answer')).toMatchObject({ inputTokens: 1_200, usd: 0.000228 });
    expect(sums.find(({ group }) => group === 'test')).toMatchObject({ calls: 3, unpricedCalls: 3 });
    const [entry] = sums;
    if (entry === undefined) throw new Error('no sums');
    await ledger.append([
      {
        ...{ at: '2027-01-01T00:00:00.000Z', corpus: null, runId: null, queryId: null, purpose: 'answer' },
        ...{
          provider: 'openai',
          model: 'gpt-4o-mini',
          calls: 1,
          inputTokens: 1,
          outputTokens: 1,
          searches: 0,
        },
        ...{ truncated: 0, cached: 0, usd: 1 },
      },
    ]);
    const after = await ledger.sum({ by: 'purpose', limit: 10 });
    expect(after.find(({ group }) => group === 'answer')).toMatchObject({ inputTokens: 1_201 });

    const cache = createElasticsearchEmbeddingCache(options);
    const [key, other] = ['ghmTbVJTJsc90cDhLwtlNA', 'other'] as [EmbeddingKey, EmbeddingKey];
    const vector = Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0);
    expect(await cache.get([key])).toEqual(new Map([[key, vector]]));
    await cache.put(new Map([[other, vector]]));
    expect((await cache.get([key, other])).size).toBe(2);
    await ledger.close();
    await cache.close();
  });
});
