/**
 * The same stages through BullMQ on real Redis and called in process.
 *
 *     REDIS_URL=redis://… node test/bench/queue.ts [rounds] [source folder or file]
 *
 * Prints P5: documents/s through BullMQ ÷ documents/s with the queue in process. Everything else is the same:
 * source, parser, chunker, model, and the embedded index. Rounds are interleaved and medians taken.
 * `node infra/dev/up.ts` starts a Redis and prints its address.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Corpus, type JobSystem, type SourceSettings, silentLogger } from '@winnow/core';
import { openEmbeddedEmbeddingCache, openEmbeddedLedger, openEmbeddedStore } from '@winnow/embedded';
import { followRun } from '@winnow/engine';
import {
  createIngestHandlers,
  createTroubles,
  type IngestPorts,
  ingestJobs,
  prepareDocument,
  runReport,
  startRun,
} from '@winnow/ingestion';
import { createBullJobs, createLocalJobs, createMemoryBlobStore, createRedisBlobStore } from '@winnow/jobs';
import {
  createBill,
  createLedgerWriter,
  createModelStore,
  createOnnxEmbedder,
  freePrice,
  localModel,
  meterEmbedder,
} from '@winnow/models';
import { parse } from '@winnow/parsing';
import { createSource } from '@winnow/sources';
import { corpusOf } from '@winnow/testkit';
import { installedDocs, machine, median, modelCache, printRatio } from './support/bench.ts';

const rounds = Number(process.argv[2] ?? 3);
const path = process.argv[3] ?? installedDocs();
const redisUrl = process.env.REDIS_URL;
if (redisUrl === undefined)
  throw new Error('REDIS_URL is not set: node infra/dev/up.ts starts a Redis and prints it');

const row = localModel('embedding', 'all-MiniLM-L6-v2');
const options = { cacheDir: modelCache(), modelsDir: null, hubEndpoint: null, log: silentLogger };
const files = await createModelStore(options).fetch(row, AbortSignal.timeout(300_000));
const embedder = createOnnxEmbedder({ row, files, log: silentLogger });
await embedder.embed(['warm'], { purpose: 'document', signal: AbortSignal.timeout(60_000) });

const speeds = { bullmq: [] as number[], inProcess: [] as number[] };
for (let round = 0; round < rounds; round += 1) {
  const prefix = `bench-${process.pid}-${round}`;
  speeds.bullmq.push(
    await documentsPerSecond(
      createBullJobs(ingestJobs, { redisUrl, prefix, log: silentLogger }),
      createRedisBlobStore({ redisUrl, prefix, log: silentLogger }),
    ),
  );
  speeds.inProcess.push(
    await documentsPerSecond(
      createLocalJobs(ingestJobs),
      createMemoryBlobStore({ maxBytes: 2 ** 30, log: silentLogger }),
    ),
  );
}
await embedder.close();
console.log(
  `${machine}; documents/s: BullMQ ${median(speeds.bullmq).toFixed(2)}, in process ${median(speeds.inProcess).toFixed(2)}`,
);
printRatio('P5 through BullMQ ÷ in process', median(speeds.bullmq) / median(speeds.inProcess), '≥ 0.95');

async function documentsPerSecond(
  jobs: JobSystem<typeof ingestJobs>,
  blobs: ReturnType<typeof createMemoryBlobStore>,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
  const store = await openEmbeddedStore({ path: join(folder, 'winnow.db'), log: silentLogger });
  const ledger = openEmbeddedLedger({ path: join(folder, 'ledger.db') });
  const embeddingCache = openEmbeddedEmbeddingCache({ path: join(folder, 'embeddings.db') });
  const made = corpusOf('bench', row.dimensions);
  const settings: SourceSettings = path.includes('.jsonl')
    ? { kind: 'jsonl', path }
    : { kind: 'folder', path, include: ['**/*'], exclude: [] };
  const chunking = { targetTokens: row.maxTokens, overlapRatio: 0.12 };
  const corpus: Corpus = {
    ...made,
    sources: made.sources.map((source) => ({ ...source, settings })),
    generations: made.generations.map((generation) => ({ ...generation, embedder: row.name, chunking })),
  };
  await store.corpora.create(corpus);
  const writer = createLedgerWriter({ ledger, log: silentLogger });
  const ports: IngestPorts = {
    store,
    queue: jobs.queue,
    queueOutlivesProcess: false,
    blobs,
    openSource: (each) => createSource(each),
    prepare: async (raw, generation) =>
      prepareDocument(raw, {
        parse,
        tokenizer: embedder.tokenizer,
        chunking: generation.chunking,
        maxTokens: row.maxTokens,
      }),
    openBill: (to) => createBill(to, { writer, now: () => new Date() }),
    making: { parser: 'bench', chunker: 'bench', analysis: 'bench' },
    embedderOf: async (_generation, bill) =>
      meterEmbedder(embedder, { provider: 'local', price: freePrice, bill }),
    priceOf: async () => null,
    batchesOf: async () => null,
    troubles: createTroubles(),
    embeddingCache,
    now: () => new Date(),
    log: silentLogger,
  };
  const worker = jobs.createWorker({ handlers: createIngestHandlers(ports), log: silentLogger });
  await worker.start();
  const { run } = await startRun(ports, corpus.name);
  const show = () => runReport(ports, run.runId);
  const report = await followRun({ show }, run.runId, AbortSignal.timeout(3_600_000), { onReport() {} });
  await worker.close({ graceMs: 5_000 });
  await jobs.queue.close();
  await blobs.close();
  await store.close();
  await ledger.close();
  await embeddingCache.close();
  await rm(folder, { recursive: true, force: true });
  if (report.state !== 'completed') throw new Error(`the run ended as ${report.state}`);
  return report.documents.new / report.seconds;
}
