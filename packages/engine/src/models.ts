import { join } from 'node:path';
import {
  AppError,
  type Corpus,
  type Embedder,
  type Generator,
  type Logger,
  type Reranker,
  type Store,
} from '@winnow/core';
import {
  createCrossEncoder,
  createLateInteractionReranker,
  createModelStore,
  createOnnxEmbedder,
  createOpenAiEmbedder,
  createOpenAiGenerator,
  embedderSpec,
  findModel,
  type ModelProgress,
  type OnnxEmbedder,
  probeOpenAiDimensions,
} from '@winnow/models';
import type { Config } from '@winnow/runtime';
import type { TokenizerPath } from './prepare/prepare-thread.ts';

/** A model that makes vectors, and where its tokenizer is. */
type LoadedEmbedder =
  | { readonly kind: 'onnx'; readonly embedder: OnnxEmbedder; readonly tokenizer: TokenizerPath }
  | { readonly kind: 'openai'; readonly embedder: Embedder; readonly tokenizer: TokenizerPath };

/** Models by name, each loaded once and kept until `close`. */
export interface Models {
  /** @throws AppError `not_found` for an unknown name, `failed_precondition` where its files cannot be had. */
  embedder(name: string): Promise<LoadedEmbedder>;
  /** @param name undefined for the configured default. @returns null where reranking is turned off. */
  reranker(corpus: Corpus, name: string | undefined): Promise<Reranker | null>;
  /** @param name undefined for the configured default. @returns null for the extractive answerer. */
  generator(name: string | undefined): Generator | null;
  close(): Promise<void>;
}

export interface ModelsOptions {
  readonly config: Config;
  readonly store: Store;
  readonly log: Logger;
  readonly onDownload: (progress: ModelProgress) => void;
}

export function createModels({ config, store, log, onDownload }: ModelsOptions): Models {
  const files = createModelStore({
    cacheDir: join(config.cacheDir, 'models'),
    modelsDir: config.modelsDir,
    hubEndpoint: config.hubEndpoint,
    onProgress: onDownload,
    log,
  });
  const closing = new AbortController();
  const embedders = new Map<string, Promise<LoadedEmbedder>>();
  const crossEncoders = new Map<string, Promise<Reranker>>();
  const threads = config.threads === null ? {} : { threads: config.threads };

  async function loadEmbedder(name: string): Promise<LoadedEmbedder> {
    const spec = embedderSpec(name);
    if (spec.kind === 'onnx') {
      const found = await files.fetch(spec.row, closing.signal);
      const embedder = createOnnxEmbedder({ row: spec.row, files: found, ...threads, log });
      return { kind: 'onnx', embedder, tokenizer: found.tokenizer };
    }
    const { model, maxTokens } = spec;
    const endpoint = openAiEndpoint(config, `the embedder ${name}`);
    const dimensions =
      spec.dimensions ?? (await probeOpenAiDimensions({ ...endpoint, model, signal: closing.signal }));
    const embedder = createOpenAiEmbedder({ ...endpoint, model, dimensions, maxTokens, log });
    return { kind: 'openai', embedder, tokenizer: null };
  }

  async function loadCrossEncoder(name: string): Promise<Reranker> {
    const row = findModel('rerank', name);
    return createCrossEncoder({ row, files: await files.fetch(row, closing.signal), ...threads, log });
  }

  async function lateInteraction(corpus: Corpus): Promise<Reranker> {
    const loaded = await models.embedder(corpus.settings.embedder);
    if (loaded.kind !== 'onnx') {
      throw new AppError(
        'failed_precondition',
        `late-interaction needs a local embedder, and the corpus has ${corpus.settings.embedder}`,
      );
    }
    const ref = { corpus: corpus.name, generation: corpus.generation };
    return createLateInteractionReranker({
      embedder: loaded.embedder,
      modelId: corpus.settings.embedder,
      tokenFrequencies: (tokens) => store.chunks.tokenFrequencies(ref, tokens),
    });
  }

  const models: Models = {
    embedder: (name) => kept(embedders, name, () => loadEmbedder(name)),
    async reranker(corpus, name = config.reranker) {
      if (name === 'none') return null;
      if (name === 'late-interaction') return await lateInteraction(corpus);
      return await kept(crossEncoders, name, () => loadCrossEncoder(name));
    },
    generator(name = config.chatModel ?? 'extractive') {
      if (name === 'extractive') return null;
      return createOpenAiGenerator({ ...openAiEndpoint(config, `the chat model ${name}`), model: name, log });
    },
    async close() {
      closing.abort(new AppError('canceled', 'closing'));
      const loaded = await Promise.allSettled([...embedders.values()]);
      const rerankers = await Promise.allSettled([...crossEncoders.values()]);
      for (const one of loaded) if (one.status === 'fulfilled') await one.value.embedder.close();
      for (const one of rerankers) if (one.status === 'fulfilled') await one.value.close();
    },
  };
  return models;
}

/** Loads a value once; a failure is forgotten, so that the next call tries again. */
function kept<Value>(
  values: Map<string, Promise<Value>>,
  name: string,
  load: () => Promise<Value>,
): Promise<Value> {
  const known = values.get(name);
  if (known !== undefined) return known;
  const loading = load();
  values.set(name, loading);
  loading.catch(() => values.delete(name));
  return loading;
}

function openAiEndpoint(config: Config, what: string): { apiKey: string; baseUrl: string | null } {
  const { apiKey, baseUrl } = config.openai;
  if (apiKey === null && baseUrl === null) {
    throw new AppError(
      'invalid_argument',
      `${what} needs OPENAI_API_KEY, or OPENAI_BASE_URL for an endpoint of your own`,
    );
  }
  // Endpoints of one's own mostly take any key, but the client insists on one.
  return { apiKey: apiKey ?? 'none', baseUrl };
}
