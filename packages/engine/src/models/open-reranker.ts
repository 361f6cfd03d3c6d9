import {
  AppError,
  assertNever,
  type Corpus,
  liveGeneration,
  liveRef,
  type Reranker,
  type Store,
} from '@winnow/core';
import {
  createCrossEncoder,
  createJinaReranker,
  createLateInteractionReranker,
  createTeiReranker,
  type RemoteRerankSpec,
  type RerankSpec,
  resolveModel,
  type TokenVectorCache,
} from '@winnow/models';
import { requireTei } from './endpoints.ts';
import { localSettings, type ModelContext, remoteAccess } from './model-context.ts';
import type { LoadedEmbedder } from './open-embedder.ts';

/** A reranker with a model of its own. */
export interface LoadedReranker {
  readonly spec: RerankSpec;
  readonly reranker: Reranker;
}

/** @throws AppError `not_found` for an unknown name, `failed_precondition` where its files cannot be had. */
export async function openReranker(context: ModelContext, name: string): Promise<LoadedReranker> {
  const spec = resolveModel('rerank', name);
  if (spec.provider !== 'local') return { spec, reranker: await openRemote(context, spec) };
  const files = await context.files.fetch(spec.row, context.signal);
  return { spec, reranker: createCrossEncoder({ row: spec.row, files, ...localSettings(context) }) };
}

async function openRemote(context: ModelContext, spec: RemoteRerankSpec): Promise<Reranker> {
  const access = remoteAccess(context, spec, 'reranker');
  const { maxTokens, maxPassagesPerCall, provider } = spec;
  const options = { ...access, maxTokens, maxPassagesPerCall };
  switch (provider) {
    case 'cohere': {
      const { createCohereReranker } = await import('@winnow/models/cohere');
      return createCohereReranker({ ...options, wire: context.config.cohereWire });
    }
    case 'jina':
      return createJinaReranker(options);
    case 'tei':
      return await createTeiReranker({
        ...access,
        baseUrl: requireTei(access.baseUrl, spec.modelId),
        signal: context.signal,
      });
    default:
      return assertNever(provider);
  }
}

/**
 * The reranker made of the corpus' own embedder.
 * @throws AppError `failed_precondition` where that one is remote.
 */
export function openLateInteraction(
  store: Store,
  corpus: Corpus,
  loaded: LoadedEmbedder,
  cache: TokenVectorCache,
): Reranker {
  const { embedder } = liveGeneration(corpus);
  if (loaded.kind === 'remote') {
    throw new AppError(
      'failed_precondition',
      `late-interaction needs a local embedder, and the corpus has ${embedder}`,
    );
  }
  const ref = liveRef(corpus);
  return createLateInteractionReranker({
    embedder: loaded.embedder,
    modelId: embedder,
    fingerprint: loaded.embedder.fingerprint,
    tokenFrequencies: (tokens) => store.chunks.tokenFrequencies(ref, tokens),
    tokenVectors: (keys) => store.chunks.tokenVectorsByKey(ref, keys),
    cache,
  });
}
