import { join } from 'node:path';
import type {
  BlobStore,
  EmbeddingCache,
  JobSystem,
  Ledger,
  Logger,
  RateLimitState,
  Store,
} from '@winnow/core';
import {
  acquireDataLock,
  openEmbeddedEmbeddingCache,
  openEmbeddedLedger,
  openEmbeddedStore,
} from '@winnow/embedded';
import { ingestJobs } from '@winnow/ingestion';
import { createLocalJobs, createMemoryBlobStore } from '@winnow/jobs/local';
import { createMemoryRateLimitState } from '@winnow/models';
import type { Config, Part } from '@winnow/runtime';
import { indexFile } from './index-file.ts';
import { elasticsearchOf, openEmbeddedForReading, type Servers } from './open-for-reading.ts';

/**
 * - `read`: looks only; works beside another process on the same data folder
 * - `write`: changes things; in embedded mode one process at a time, which `purpose` names to others
 */
export type EngineAccess = { readonly kind: 'read' } | { readonly kind: 'write'; readonly purpose: string };

/** Everything that is kept or shared, over whichever servers are configured. */
export interface Backend {
  readonly store: Store;
  readonly jobs: JobSystem<typeof ingestJobs>;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
  readonly embeddingCache: EmbeddingCache;
  readonly rateLimits: RateLimitState;
  /** What was opened, in order. */
  readonly parts: readonly Part[];
  /** Tells a second process on the same data folder where this one can be asked. */
  announce(address: string): void;
}

/** Text and vectors between two stages; four lanes hold a few megabytes each. */
const maxBlobBytes = 1024 * 1024 * 1024;

export async function openBackend(config: Config, access: EngineAccess, log: Logger): Promise<Backend> {
  return config.backend.mode === 'full'
    ? await openFull(config.backend, config, log)
    : await openEmbedded(config, access, log);
}

async function openEmbedded(config: Config, access: EngineAccess, log: Logger): Promise<Backend> {
  const lock = access.kind === 'write' ? acquireDataLock(config.dataDir, { purpose: access.purpose }) : null;
  try {
    const path = join(config.dataDir, indexFile);
    const store = await (access.kind === 'read'
      ? openEmbeddedForReading(path, log)
      : openEmbeddedStore({ path, log }));
    const jobs = createLocalJobs(ingestJobs);
    const blobs = createMemoryBlobStore({ maxBytes: maxBlobBytes, log });
    const ledger = openEmbeddedLedger({ path: join(config.dataDir, 'ledger.db') });
    const embeddingCache = openEmbeddedEmbeddingCache({
      path: join(config.dataDir, 'embeddings.db'),
      ...cacheBound(config),
    });
    const rateLimits = createMemoryRateLimitState();
    return {
      store,
      jobs,
      blobs,
      ledger,
      embeddingCache,
      rateLimits,
      announce: (address) => lock?.announce(address),
      parts: [
        ...(lock === null ? [] : [{ name: 'data lock', close: async () => lock.release() }]),
        { name: 'store', close: () => store.close() },
        { name: 'blobs', close: () => blobs.close() },
        { name: 'queue', close: () => jobs.queue.close() },
        { name: 'rate limits', close: () => rateLimits.close() },
        { name: 'embedding cache', close: () => embeddingCache.close() },
        { name: 'ledger', close: () => ledger.close() },
      ],
    };
  } catch (thrown) {
    lock?.release();
    throw thrown;
  }
}

/** The clients of both servers are loaded where they are used: they are most of what there is to load. */
async function openFull(servers: Servers, config: Config, log: Logger): Promise<Backend> {
  const [
    { createElasticsearchEmbeddingCache, createElasticsearchLedger, createElasticsearchStore },
    { createBullJobs, createRedisBlobStore, createRedisRateLimitState },
  ] = await Promise.all([import('@winnow/elasticsearch'), import('@winnow/jobs')]);
  const { redisUrl, shards } = servers;
  const elasticsearch = elasticsearchOf(servers, config, log);
  const redis = { redisUrl, prefix: config.prefix, log };
  const store = createElasticsearchStore({ ...elasticsearch, shards });
  const ledger = createElasticsearchLedger(elasticsearch);
  const embeddingCache = createElasticsearchEmbeddingCache({ ...elasticsearch, ...cacheBound(config) });
  const rateLimits = createRedisRateLimitState(redis);
  const jobs = createBullJobs(ingestJobs, { ...redis, lockDurationMs: config.jobLockMs });
  const blobs = createRedisBlobStore(redis);
  return {
    store,
    jobs,
    blobs,
    ledger,
    embeddingCache,
    rateLimits,
    announce() {},
    parts: [
      { name: 'store', close: () => store.close() },
      { name: 'blobs', close: () => blobs.close() },
      { name: 'queue', close: () => jobs.queue.close() },
      { name: 'rate limits', close: () => rateLimits.close() },
      { name: 'embedding cache', close: () => embeddingCache.close() },
      { name: 'ledger', close: () => ledger.close() },
    ],
  };
}

function cacheBound({ embeddingCacheBytes }: Config): { maxBytes?: number } {
  return embeddingCacheBytes === null ? {} : { maxBytes: embeddingCacheBytes };
}
