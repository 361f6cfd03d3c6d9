import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Corpus,
  type EmbeddingCache,
  type Parse,
  type Run,
  type Store,
  silentLogger,
} from '@winnow/core';
import { openEmbeddedEmbeddingCache, openEmbeddedStore } from '@winnow/embedded';
import { createLocalJobs, createMemoryBlobStore } from '@winnow/jobs';
import { createUnlimitedCalls } from '@winnow/models';
import { createOpenAiEmbedder } from '@winnow/models/openai';
import {
  corpusOf,
  createMapSource,
  createWordTokenizer,
  type DocumentMap,
  type OpenAiServer,
  type OpenAiServerOptions,
  parseParagraphs,
  startOpenAiServer,
} from '@winnow/testkit';
import { expect, vi } from 'vitest';
import { ingestJobs } from '../catalog.ts';
import type { IngestPorts } from '../ports.ts';
import { bootIngestBench, type IngestBench } from './ingest-bench.ts';

export const remoteDimensions = 64;
const modelName = 'test-model';

/** Store, cache and a fake provider that outlive the processes booted over them. */
export interface RemoteBench {
  readonly store: Store;
  readonly embeddingCache: EmbeddingCache;
  readonly server: OpenAiServer;
  readonly corpus: Corpus;
  /** What any adapter needs to reach the fake provider. */
  readonly endpoint: Omit<Parameters<typeof createOpenAiEmbedder>[0], 'maxTokens' | 'log'>;
  boot(documents: DocumentMap, options?: BootOptions): Promise<IngestBench>;
  /** Polls a run until it satisfies the condition. */
  untilRun(runId: Run['runId'], condition: (run: Run) => boolean): Promise<Run>;
  close(): Promise<void>;
}

interface BootOptions {
  /** The bench's own by default. */
  readonly corpus?: Corpus;
  readonly parse?: Parse;
  readonly maxTextsPerCall?: number;
  readonly wrap?: (ports: IngestPorts) => IngestPorts;
}

/** A bench whose embedder is a provider over HTTP. */
export async function openRemoteBench(options: OpenAiServerOptions = {}): Promise<RemoteBench> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-remote-'));
  const store = await openEmbeddedStore({ path: join(folder, 'index.sqlite'), log: silentLogger });
  const corpus = corpusOf('handbook', remoteDimensions);
  await store.corpora.create(corpus);
  const embeddingCache = openEmbeddedEmbeddingCache({ path: join(folder, 'embeddings.sqlite') });
  const server = await startOpenAiServer({
    embeddings: { models: { [modelName]: remoteDimensions } },
    ...options,
  });
  const endpoint = {
    apiKey: 'key',
    baseUrl: server.baseUrl,
    model: modelName,
    dimensions: remoteDimensions,
    calls: createUnlimitedCalls(),
  };
  const benches: IngestBench[] = [];
  const until = (condition: () => Promise<boolean>) =>
    vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 60_000, interval: 5 });

  return {
    store,
    embeddingCache,
    server,
    corpus,
    endpoint,
    async boot(documents, { corpus: owner = corpus, parse = parseParagraphs, maxTextsPerCall, wrap } = {}) {
      const limits = { maxTokens: 512, ...(maxTextsPerCall !== undefined && { maxTextsPerCall }) };
      const bench = await bootIngestBench({
        store,
        corpus: owner,
        source: createMapSource(documents),
        embedder: createOpenAiEmbedder({ ...endpoint, ...limits, log: silentLogger }),
        embeddingCache,
        parse,
        tokenizer: createWordTokenizer(),
        createJobs: () => createLocalJobs(ingestJobs),
        createBlobs: () => createMemoryBlobStore({ maxBytes: 64 * 1024 * 1024, log: silentLogger }),
        until,
        ...(wrap !== undefined && { wrap }),
      });
      benches.push(bench);
      return bench;
    },
    async untilRun(runId, condition) {
      let found: Run | null = null;
      await until(async () => {
        found = await store.runs.get(runId);
        return found !== null && condition(found);
      });
      if (found === null) throw new Error(`run ${runId} is gone`);
      return found;
    },
    async close() {
      for (const bench of benches) await bench.kill();
      await store.close();
      await embeddingCache.close();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}
