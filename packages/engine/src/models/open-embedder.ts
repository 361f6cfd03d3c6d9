import { assertNever, type BatchEmbedder, type Embedder } from '@winnow/core';
import {
  createJinaEmbedder,
  createOnnxEmbedder,
  createTeiEmbedder,
  type EmbeddingSpec,
  type OnnxEmbedder,
  probeJinaDimensions,
  type RemoteEmbeddingSpec,
  resolveModel,
} from '@winnow/models';
import type { TokenizerPath } from '../prepare/prepare-task.ts';
import { requireTei } from './endpoints.ts';
import { localSettings, type ModelContext, remoteAccess } from './model-context.ts';

/** A model that makes vectors, and where its tokenizer is. */
export type LoadedEmbedder = { readonly spec: EmbeddingSpec } & (
  | { readonly kind: 'local'; readonly embedder: OnnxEmbedder; readonly tokenizer: TokenizerPath }
  | { readonly kind: 'remote'; readonly embedder: Embedder; readonly tokenizer: TokenizerPath }
);

/** @throws AppError `not_found` for an unknown name, `failed_precondition` where its files cannot be had. */
export async function openEmbedder(context: ModelContext, name: string): Promise<LoadedEmbedder> {
  const spec = resolveModel('embedding', name);
  if (spec.provider !== 'local') {
    return { kind: 'remote', spec, embedder: await openRemote(context, spec), tokenizer: null };
  }
  const files = await context.files.fetch(spec.row, context.signal);
  const embedder = createOnnxEmbedder({
    row: spec.row,
    files,
    givesTokenVectors: context.config.tokenVectors === 'kept',
    ...localSettings(context),
  });
  return { kind: 'local', spec, embedder, tokenizer: files.tokenizer };
}

async function openRemote(context: ModelContext, spec: RemoteEmbeddingSpec): Promise<Embedder> {
  const access = remoteAccess(context, spec, 'embedder');
  const { signal } = context;
  const options = { ...access, ...limitsOf(spec) };
  switch (spec.provider) {
    case 'openai': {
      const { createOpenAiEmbedder, probeOpenAiDimensions } = await import('@winnow/models/openai');
      return createOpenAiEmbedder({
        ...options,
        dimensions: spec.dimensions ?? (await probeOpenAiDimensions({ ...access, signal })),
      });
    }
    case 'cohere': {
      const { createCohereEmbedder, probeCohereDimensions } = await import('@winnow/models/cohere');
      return createCohereEmbedder({
        ...options,
        dimensions: spec.dimensions ?? (await probeCohereDimensions({ ...access, signal })),
      });
    }
    case 'jina':
      return createJinaEmbedder({
        ...options,
        dimensions: spec.dimensions ?? (await probeJinaDimensions({ ...access, signal })),
      });
    case 'tei':
      return await createTeiEmbedder({
        ...access,
        baseUrl: requireTei(access.baseUrl, spec.modelId),
        signal,
      });
    default:
      return assertNever(spec.provider);
  }
}

function limitsOf({ shortened, maxTokens, maxTextsPerCall, maxTokensPerCall }: RemoteEmbeddingSpec) {
  return { shortened, maxTokens, maxTextsPerCall, maxTokensPerCall };
}

/** @returns null where the model's provider has no batches, or its price list names none. */
export async function openBatches(
  context: ModelContext,
  { spec, embedder }: LoadedEmbedder,
): Promise<BatchEmbedder | null> {
  if (spec.provider !== 'openai' || spec.price.batchFactor === null) return null;
  const { dimensions } = embedder;
  const access = remoteAccess(context, spec, 'embedder');
  const { createOpenAiBatchEmbedder } = await import('@winnow/models/openai');
  return createOpenAiBatchEmbedder({ ...access, dimensions, shortened: spec.shortened });
}
