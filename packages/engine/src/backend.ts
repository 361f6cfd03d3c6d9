import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore, JobSystem, Logger, Store } from '@winnow/core';
import { createElasticsearchStore } from '@winnow/elasticsearch';
import { acquireDataLock, openEmbeddedStore } from '@winnow/embedded';
import { ingestJobs } from '@winnow/ingestion';
import { createBullJobs, createLocalJobs, createMemoryBlobStore, createRedisBlobStore } from '@winnow/jobs';
import type { Config, Part } from '@winnow/runtime';

/**
 * - `read`: looks only; works beside another process on the same data folder
 * - `write`: changes things; in embedded mode one process at a time, which `purpose` names to others
 */
export type EngineAccess = { readonly kind: 'read' } | { readonly kind: 'write'; readonly purpose: string };

/** Store, queues and blobs over whichever servers are configured. */
export interface Backend {
  readonly store: Store;
  readonly jobs: JobSystem<typeof ingestJobs>;
  readonly blobs: BlobStore;
  /** What was opened, in order. */
  readonly parts: readonly Part[];
}

const requestTimeoutMs = 20_000;
/** Text and vectors between two stages; four lanes hold a few megabytes each. */
const maxBlobBytes = 1024 * 1024 * 1024;

export async function openBackend(config: Config, access: EngineAccess, log: Logger): Promise<Backend> {
  return config.backend.mode === 'full'
    ? openFull(config.backend, config, log)
    : await openEmbedded(config, access, log);
}

async function openEmbedded(config: Config, access: EngineAccess, log: Logger): Promise<Backend> {
  if (access.kind === 'write') await mkdir(config.dataDir, { recursive: true });
  const lock =
    access.kind === 'write' ? await acquireDataLock(config.dataDir, { purpose: access.purpose }) : null;
  try {
    const store = openEmbeddedStore({
      path: join(config.dataDir, 'winnow.db'),
      readOnly: access.kind === 'read',
      log,
    });
    const jobs = createLocalJobs(ingestJobs, { log });
    const blobs = createMemoryBlobStore({ maxBytes: maxBlobBytes, log });
    return {
      store,
      jobs,
      blobs,
      parts: [
        ...(lock === null ? [] : [{ name: 'data lock', close: () => lock.release() }]),
        { name: 'store', close: () => store.close() },
        { name: 'blobs', close: () => blobs.close() },
        { name: 'queue', close: () => jobs.queue.close() },
      ],
    };
  } catch (thrown) {
    await lock?.release();
    throw thrown;
  }
}

function openFull(
  servers: Extract<Config['backend'], { mode: 'full' }>,
  config: Config,
  log: Logger,
): Backend {
  const { redisUrl, elasticsearchUrl, elasticsearchAuth } = servers;
  const store = createElasticsearchStore({
    url: elasticsearchUrl,
    ...(elasticsearchAuth !== null && { auth: elasticsearchAuth }),
    prefix: config.prefix,
    requestTimeoutMs,
    log,
  });
  const jobs = createBullJobs(ingestJobs, { redisUrl, prefix: config.prefix, log });
  const blobs = createRedisBlobStore({ redisUrl, prefix: config.prefix, log });
  return {
    store,
    jobs,
    blobs,
    parts: [
      { name: 'store', close: () => store.close() },
      { name: 'blobs', close: () => blobs.close() },
      { name: 'queue', close: () => jobs.queue.close() },
    ],
  };
}
