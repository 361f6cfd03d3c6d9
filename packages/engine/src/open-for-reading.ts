import { join } from 'node:path';
import { AppError, type Logger, type Store } from '@winnow/core';
import { openEmbeddedStore } from '@winnow/embedded';
import type { Config } from '@winnow/runtime';
import { indexFile } from './index-file.ts';

/** What full mode is configured with. */
export type Servers = Extract<Config['backend'], { mode: 'full' }>;

const requestTimeoutMs = 20_000;

/** The store alone, for who looks only; works beside other processes. */
export async function openForReading(config: Config, log: Logger): Promise<Store> {
  const { backend, dataDir } = config;
  if (backend.mode === 'embedded') return await openEmbeddedForReading(join(dataDir, indexFile), log);
  const { createElasticsearchStore } = await import('@winnow/elasticsearch');
  return createElasticsearchStore({ ...elasticsearchOf(backend, config, log), shards: backend.shards });
}

/** Looking at a folder in which nothing was made yet finds nothing, and leaves nothing behind. */
export async function openEmbeddedForReading(path: string, log: Logger): Promise<Store> {
  try {
    return await openEmbeddedStore({ path, readOnly: true, log });
  } catch (thrown) {
    if (AppError.from(thrown).code !== 'not_found') throw thrown;
    return await openEmbeddedStore({ path: ':memory:', log });
  }
}

/** How Elasticsearch is reached. */
export function elasticsearchOf(
  { elasticsearchUrl, elasticsearchAuth }: Servers,
  { prefix }: Config,
  log: Logger,
) {
  return {
    url: elasticsearchUrl,
    ...(elasticsearchAuth !== null && { auth: elasticsearchAuth }),
    prefix,
    requestTimeoutMs,
    log,
  };
}
