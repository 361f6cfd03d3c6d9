import {
  type BlobStore,
  type Corpus,
  type Embedder,
  type EmbeddingCache,
  isActive,
  type JobSystem,
  type JobWorker,
  type Parse,
  type RunId,
  type Source,
  type Store,
  silentLogger,
  type Tokenizer,
} from '@winnow/core';
import { createIngestHandlers } from '../create-ingest-handlers.ts';
import type { IngestJobs, IngestPorts } from '../ports.ts';
import { prepareDocument } from '../prepare-document.ts';
import { type RunReport, runReport } from '../runs/run-report.ts';
import { type StartOptions, startRun } from '../runs/start-run.ts';
import { createTroubles } from '../waiting/troubles.ts';
import { createTestBill } from './test-bill.ts';

/** What a bench is made of; everything real, or as real as a test can have it. */
export interface BenchParts {
  readonly store: Store;
  readonly corpus: Corpus;
  readonly source: Source;
  readonly embedder: Embedder;
  readonly parse: Parse;
  readonly tokenizer: Tokenizer;
  readonly createJobs: () => JobSystem<IngestJobs>;
  readonly createBlobs: () => BlobStore & { close(): Promise<void> };
  readonly queueOutlivesProcess?: boolean;
  /** None by default. */
  readonly embeddingCache?: EmbeddingCache;
  /** Changes the ports that the handlers get. */
  readonly wrap?: (ports: IngestPorts) => IngestPorts;
  /** Resolves once the condition holds. */
  readonly until: (condition: () => Promise<boolean>) => Promise<void>;
}

const noCache: EmbeddingCache = { get: async () => new Map(), put: async () => {}, close: async () => {} };

/** One process that ingests: a queue with its worker, over a store that outlives it. */
export interface IngestBench {
  /** As the process that started the run sees them. */
  readonly ports: IngestPorts;
  /** Starts or joins a run, and waits for its end. */
  ingest(options?: StartOptions): Promise<RunReport>;
  report(runId: RunId): Promise<RunReport>;
  untilEnded(runId: RunId): Promise<RunReport>;
  /** Ends the process without grace; jobs and blobs in memory are gone with it. May be repeated. */
  kill(): Promise<void>;
}

/** Boots a process over these parts. */
export async function bootIngestBench(parts: BenchParts): Promise<IngestBench> {
  const system = parts.createJobs();
  const blobs = parts.createBlobs();
  const plain: IngestPorts = {
    store: parts.store,
    queue: system.queue,
    queueOutlivesProcess: parts.queueOutlivesProcess ?? false,
    blobs,
    openSource: () => parts.source,
    async prepare(raw, { chunking }) {
      const { parse, tokenizer, embedder } = parts;
      return prepareDocument(raw, { parse, tokenizer, chunking, maxTokens: embedder.maxTokens });
    },
    openBill: createTestBill,
    embedderOf: async () => parts.embedder,
    priceOf: async () => null,
    batchesOf: async () => null,
    making: { parser: 'test', chunker: 'test', analysis: 'test' },
    troubles: createTroubles(),
    tuning: { firstPauseMs: 5 },
    embeddingCache: parts.embeddingCache ?? noCache,
    now: () => new Date(),
    log: silentLogger,
  };
  const ports = parts.wrap?.(plain) ?? plain;
  const worker: JobWorker = system.createWorker({ handlers: createIngestHandlers(ports), log: silentLogger });
  await worker.start();

  let isKilled = false;
  const untilEnded = async (runId: RunId): Promise<RunReport> => {
    await parts.until(async () => {
      const run = await parts.store.runs.get(runId);
      return run === null || !isActive(run);
    });
    return runReport(plain, runId);
  };
  return {
    ports: plain,
    async ingest(options) {
      const { run } = await startRun(ports, parts.corpus.name, options);
      return untilEnded(run.runId);
    },
    report: (runId) => runReport(plain, runId),
    untilEnded,
    async kill() {
      if (isKilled) return;
      isKilled = true;
      await worker.close({ graceMs: 0 });
      await system.queue.close();
      await blobs.close();
    },
  };
}
