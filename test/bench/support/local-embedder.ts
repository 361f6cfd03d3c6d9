import { silentLogger } from '@winnow/core';
import { createModelStore, createOnnxEmbedder, localModel, type OnnxEmbedder } from '@winnow/models';
import { modelCache } from './bench.ts';

/** A model of the registry, in this process; to be closed. */
export async function openLocalEmbedder(name: string, signal: AbortSignal): Promise<OnnxEmbedder> {
  const row = localModel('embedding', name);
  const store = createModelStore({
    cacheDir: modelCache(),
    modelsDir: process.env.WINNOW_MODELS_DIR ?? null,
    hubEndpoint: process.env.HF_ENDPOINT ?? null,
    log: silentLogger,
  });
  return createOnnxEmbedder({ row, files: await store.fetch(row, signal), log: silentLogger });
}
