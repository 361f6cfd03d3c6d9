import { homedir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@winnow/core';
import { createModelStore, type ModelFiles } from './files/model-store.ts';
import { findModel } from './registry/find-model.ts';
import type { EmbeddingModelRow } from './registry/model-row.ts';

/** For tests: a real embedding model, from the cache of this machine or fetched into it. */
export async function testModel(name: string): Promise<{ row: EmbeddingModelRow; files: ModelFiles }> {
  const store = createModelStore({
    cacheDir: process.env.WINNOW_CACHE_DIR ?? join(homedir(), '.cache', 'winnow', 'models'),
    modelsDir: process.env.WINNOW_MODELS_DIR ?? null,
    hubEndpoint: process.env.HF_ENDPOINT ?? null,
    log: silentLogger,
  });
  const row = findModel('embedding', name);
  return { row, files: await store.fetch(row, AbortSignal.timeout(300_000)) };
}
