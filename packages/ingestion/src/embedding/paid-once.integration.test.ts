import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AppError,
  type Corpus,
  type EmbeddingCache,
  type Parse,
  type Store,
  silentLogger,
} from '@winnow/core';
import { openEmbeddedEmbeddingCache, openEmbeddedStore } from '@winnow/embedded';
import { createLocalJobs, createMemoryBlobStore } from '@winnow/jobs';
import { createOpenAiEmbedder, createUnlimitedCalls } from '@winnow/models';
import {
  corpusOf,
  createMapSource,
  createWordTokenizer,
  type DocumentMap,
  type OpenAiServer,
  parseParagraphs,
  sentencesOf,
  startOpenAiServer,
} from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ingestJobs } from '../catalog.ts';
import type { RunReport } from '../run-report.ts';
import { bootIngestBench, type IngestBench } from '../testing/ingest-bench.ts';

const dimensions = 64;
const corpus = corpusOf('handbook', dimensions);

let folder: string;
let store: Store;
let embeddingCache: EmbeddingCache;
let server: OpenAiServer;
let benches: IngestBench[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-paid-once-'));
  store = await openEmbeddedStore({ path: join(folder, 'index.sqlite'), log: silentLogger });
  await store.corpora.create(corpus);
  embeddingCache = openEmbeddedEmbeddingCache({ path: join(folder, 'embeddings.sqlite') });
  server = await startOpenAiServer({
    embeddings: { models: { 'test-model': dimensions } },
    // Long enough for other jobs to begin meanwhile.
    latency: { perRequestMs: 30, perTokenMs: 0 },
  });
  benches = [];
});
afterEach(async () => {
  for (const bench of benches) await bench.kill();
  await store.close();
  await embeddingCache.close();
  await server.close();
  await rm(folder, { recursive: true });
});

async function boot(documents: DocumentMap, owner: Corpus = corpus): Promise<IngestBench> {
  const bench = await bootIngestBench({
    store,
    corpus: owner,
    source: createMapSource(documents),
    embedder: createOpenAiEmbedder({
      apiKey: 'key',
      baseUrl: server.baseUrl,
      model: 'test-model',
      dimensions,
      maxTokens: 512,
      maxTextsPerCall: 4,
      calls: createUnlimitedCalls(),
      log: silentLogger,
    }),
    embeddingCache,
    parse: parseWithoutTitle,
    tokenizer: createWordTokenizer(),
    createJobs: () => createLocalJobs(ingestJobs),
    createBlobs: () => createMemoryBlobStore({ maxBytes: 64 * 1024 * 1024, log: silentLogger }),
    until: (condition) =>
      vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 60_000, interval: 5 }),
  });
  benches.push(bench);
  return bench;
}

/** The title would make texts of two documents differ. */
const parseWithoutTitle: Parse = (raw) => {
  const parsed = parseParagraphs(raw);
  return parsed.ok ? { ...parsed, document: { ...parsed.document, title: '' } } : parsed;
};

const pages: DocumentMap = new Map(
  Array.from({ length: 12 }, (_, index) => [`page-${index}`, sentencesOf(index, 40).join(' ')]),
);

function expectPaidOnce(report: RunReport): void {
  expect(report.state).toBe('completed');
  expect(report.documents.failed).toBe(0);
  expect(server.embedded.repeated).toBe(0);
  expect(server.embedded.distinct).toBeGreaterThan(12);
}

describe('a text that was embedded by a remote model', () => {
  it('is not embedded again when another call of its job fails', async () => {
    const bench = await boot(pages);
    server.failNext({ kind: 'status', status: 500 }, { kind: 'cut' }, { kind: 'status', status: 503 });
    expectPaidOnce(await bench.ingest());
    expect(server.failures.get(500)).toBe(1);
  });

  it('is not embedded again in another corpus', async () => {
    const first = await boot(pages);
    expectPaidOnce(await first.ingest());
    const { total } = server.embedded;
    const other = corpusOf('copy', dimensions);
    await store.corpora.create(other);
    const second = await boot(pages, other);
    const report = await second.ingest();
    expectPaidOnce(report);
    expect(report.modelCalls).toBe(0);
    expect(server.embedded.total).toBe(total);
  });

  it('is embedded once where several jobs meet it at the same time', async () => {
    const shared = sentencesOf(99, 40).join(' ');
    const bench = await boot(new Map([...pages.keys()].map((id) => [id, shared])));
    const report = await bench.ingest();
    expect(report.state).toBe('completed');
    expect(report.chunks.reused).toBeGreaterThan(report.chunks.embedded);
    expect(server.embedded.repeated).toBe(0);
  });

  it('is indexed though the cache cannot be written to', async () => {
    const bench = await boot(pages);
    embeddingCache.put = async () => {
      throw new AppError('resource_exhausted', 'the disk is full');
    };
    expectPaidOnce(await bench.ingest());
  });
});
