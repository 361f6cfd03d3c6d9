import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Embedder,
  type EmbeddingCache,
  type ExportedChunk,
  type Run,
  type Store,
  silentLogger,
} from '@winnow/core';
import { openEmbeddedEmbeddingCache, openEmbeddedStore } from '@winnow/embedded';
import { createLocalJobs, createMemoryBlobStore } from '@winnow/jobs';
import { createOpenAiBatchEmbedder, createOpenAiEmbedder, createUnlimitedCalls } from '@winnow/models';
import {
  corpusOf,
  createHashingEmbedder,
  createMapSource,
  createOpenAiBatches,
  createWordTokenizer,
  type DocumentMap,
  type FakeBatch,
  type FakeBatches,
  type OpenAiServer,
  parseParagraphs,
  sentencesOf,
  startOpenAiServer,
} from '@winnow/testkit';
import { embeddingTextOf } from '@winnow/text';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cancelRun } from '../cancel-run.ts';
import { ingestJobs } from '../catalog.ts';
import type { IngestPorts } from '../ports.ts';
import { startRun } from '../start-run.ts';
import { bootIngestBench, type IngestBench } from '../testing/ingest-bench.ts';

const dimensions = 64;
const corpus = corpusOf('handbook', dimensions);
const { signal } = new AbortController();

let folder: string;
let store: Store;
let embeddingCache: EmbeddingCache;
let fake: FakeBatches;
let server: OpenAiServer;
let embedder: Embedder;
let benches: IngestBench[];
/** Tokens of each batch that was put on a bill. */
let charged: number[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-backfill-'));
  store = await openEmbeddedStore({ path: join(folder, 'index.sqlite'), log: silentLogger });
  await store.corpora.create(corpus);
  embeddingCache = openEmbeddedEmbeddingCache({ path: join(folder, 'embeddings.sqlite') });
  fake = createOpenAiBatches(dimensions);
  server = await startOpenAiServer({
    routes: fake.routes,
    embeddings: { models: { 'test-model': dimensions } },
  });
  embedder = createOpenAiEmbedder({ ...endpoint(), maxTokens: 512, log: silentLogger });
  benches = [];
  charged = [];
});
afterEach(async () => {
  for (const bench of benches) await bench.kill();
  await store.close();
  await embeddingCache.close();
  await server.close();
  await rm(folder, { recursive: true });
});

function endpoint() {
  const calls = createUnlimitedCalls();
  return { apiKey: 'key', baseUrl: server.baseUrl, model: 'test-model', dimensions, calls };
}

const documents: DocumentMap = new Map(
  Array.from({ length: 12 }, (_, index) => [`page-${index}`, sentencesOf(index, 24).join(' ')]),
);

async function boot(change: (ports: IngestPorts) => IngestPorts = (ports) => ports): Promise<IngestBench> {
  const bench = await bootIngestBench({
    store,
    corpus,
    source: createMapSource(documents),
    embedder,
    embeddingCache,
    parse: parseParagraphs,
    tokenizer: createWordTokenizer(),
    createJobs: () => createLocalJobs(ingestJobs),
    createBlobs: () => createMemoryBlobStore({ maxBytes: 64 * 1024 * 1024, log: silentLogger }),
    until: (condition) =>
      vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 60_000, interval: 5 }),
    wrap: (ports) => change({ ...ports, batchPollMs: 5, batchesOf: async () => priced }),
  });
  benches.push(bench);
  return bench;
}

const priced = {
  get batches() {
    return createOpenAiBatchEmbedder(endpoint());
  },
  charge: ({ inputTokens }: { readonly inputTokens: number }) => void charged.push(inputTokens),
};

const begin = (bench: IngestBench): Promise<Run> =>
  startRun(bench.ports, corpus.name, { batch: true }).then(({ run }) => run);

/** The one batch, as soon as the run waits for it. */
async function submitted(run: Run): Promise<FakeBatch> {
  await vi.waitFor(async () => expect((await store.runs.get(run.runId))?.backfill?.state).toBe('waiting'), {
    timeout: 30_000,
    interval: 5,
  });
  const [batch] = fake.batches;
  if (batch === undefined || fake.batches.length > 1) throw new Error(`${fake.batches.length} batches`);
  return batch;
}

async function indexed(): Promise<readonly ExportedChunk[]> {
  const ref = { corpus: corpus.name, generation: 1 };
  return await Array.fromAsync(store.chunks.export(ref, { vectors: true, signal }));
}

/** Each chunk has the vector of its own text, however it came by it. */
async function expectRightVectors(): Promise<void> {
  const hashing = createHashingEmbedder({ dimensions, maxTextsPerCall: 1 });
  const chunks = await indexed();
  expect(new Set(chunks.map(({ documentId }) => documentId)).size).toBe(documents.size);
  for (const chunk of chunks) {
    const text = embeddingTextOf(chunk.title, chunk);
    const [expected] = (await hashing.embed([text], { purpose: 'document', signal })).vectors;
    expect(chunk.vector).toEqual(expected);
  }
}

describe('a run in batches', () => {
  it('has every text embedded by the batch, none directly, and is billed once', async () => {
    const bench = await boot();
    const run = await begin(bench);
    await fake.end(await submitted(run));
    const report = await bench.untilEnded(run.runId);
    expect(report.state).toBe('completed');
    expect(server.embedded.total).toBe(0);
    expect(fake.embedded.repeated).toBe(0);
    expect(charged).toEqual([expect.any(Number)]);
    await expectRightVectors();
  });

  it('embeds directly what an expired batch has left undone, and nothing else', async () => {
    const bench = await boot();
    const run = await begin(bench);
    const batch = await submitted(run);
    await fake.end(batch, { status: 'expired', done: 5 });
    await bench.untilEnded(run.runId);
    expect(fake.embedded.total).toBe(5);
    expect(server.embedded.total).toBe(batch.requests.length - 5);
    await expectRightVectors();
  });

  it('goes on directly where the provider refuses the batch, and keeps the reason', async () => {
    const bench = await boot();
    const run = await begin(bench);
    fake.refuse(await submitted(run), 'token limit exceeded');
    const report = await bench.untilEnded(run.runId);
    expect(report.state).toBe('completed');
    expect(report.run.backfill?.batches).toMatchObject([{ state: 'failed', reason: 'token limit exceeded' }]);
    expect(charged).toEqual([]);
    await expectRightVectors();
  });

  it('waits on after its process died, and submits nothing twice', async () => {
    const first = await boot();
    const run = await begin(first);
    await submitted(run);
    await first.kill();
    const second = await boot();
    await begin(second);
    await fake.end(await submitted(run));
    await second.untilEnded(run.runId);
    expect(fake.batches).toHaveLength(1);
    expect(server.embedded.total).toBe(0);
    await expectRightVectors();
  });

  it('finds a batch again whose submission was not recorded', async () => {
    let refusals = 2;
    const bench = await boot((ports) => ({
      ...ports,
      store: {
        ...ports.store,
        runs: {
          ...ports.store.runs,
          async update(runId, change) {
            if (fake.batches.length > 0 && refusals-- > 0) throw new Error('the process ends here');
            return await ports.store.runs.update(runId, change);
          },
        },
      },
    }));
    const run = await begin(bench);
    await vi.waitFor(() => expect(refusals).toBeLessThan(2), { timeout: 30_000, interval: 5 });
    await bench.kill();
    const second = await boot();
    await begin(second);
    await fake.end(await submitted(run));
    const report = await second.untilEnded(run.runId);
    expect(report.state).toBe('completed');
    expect(fake.batches).toHaveLength(1);
  });

  it('leaves its batches to the next run when it is canceled', async () => {
    const bench = await boot();
    const canceled = await begin(bench);
    await submitted(canceled);
    await cancelRun(bench.ports, canceled.runId);
    const next = await begin(bench);
    await fake.end(await submitted(next));
    await bench.untilEnded(next.runId);
    expect(fake.batches).toHaveLength(1);
    expect(server.embedded.total).toBe(0);
  });

  it('ends with the reason where the model has no batches', async () => {
    const bench = await boot((ports) => ({ ...ports, batchesOf: async () => null }));
    const report = await bench.ingest({ batch: true });
    expect(report.state).toBe('failed');
    expect(report.run.reason).toMatch(/has no batches/);
  });
});
