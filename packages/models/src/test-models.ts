import { homedir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@winnow/core';
import { createModelStore, type ModelFiles } from './files/model-store.ts';
import { localModel } from './registry/local-model.ts';
import type { LocalEmbeddingRow } from './registry/model-row.ts';

/** For tests: a real embedding model, from the cache of this machine or fetched into it. */
export async function testModel(name: string): Promise<{ row: LocalEmbeddingRow; files: ModelFiles }> {
  const store = createModelStore({
    cacheDir: process.env.WINNOW_CACHE_DIR ?? join(homedir(), '.cache', 'winnow', 'models'),
    modelsDir: process.env.WINNOW_MODELS_DIR ?? null,
    hubEndpoint: process.env.HF_ENDPOINT ?? null,
    log: silentLogger,
  });
  const row = localModel('embedding', name);
  return { row, files: await store.fetch(row, AbortSignal.timeout(300_000)) };
}
