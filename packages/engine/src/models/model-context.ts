import type { Logger } from '@winnow/core';
import type {
  ModelStore,
  ProviderCalls,
  RemoteEmbeddingSpec,
  RemoteGenerationSpec,
  RemoteRerankSpec,
  SharedCalls,
} from '@winnow/models';
import type { Config } from '@winnow/runtime';
import { type Endpoint, endpointOf } from './endpoints.ts';

/** What opening any model takes. */
export interface ModelContext {
  readonly config: Config;
  readonly files: ModelStore;
  /** Calls under the limits that all processes share. */
  readonly shared: SharedCalls;
  readonly log: Logger;
  /** Aborted when the models are closed. */
  readonly signal: AbortSignal;
}

/** A remote model with everything needed to call it. */
export interface RemoteAccess extends Endpoint {
  readonly model: string;
  readonly modelId: string;
  readonly calls: ProviderCalls;
  readonly log: Logger;
}

type RemoteSpec = RemoteEmbeddingSpec | RemoteRerankSpec | RemoteGenerationSpec;

/** @throws AppError `invalid_argument` where its provider is not configured. */
export function remoteAccess(
  { config, shared, log }: ModelContext,
  spec: RemoteSpec,
  what: string,
): RemoteAccess {
  const { kind, provider, model, modelId } = spec;
  const server = provider === 'tei' && kind === 'rerank' ? 'teiRerank' : provider;
  const endpoint = endpointOf(config, server, `the ${what} ${modelId}`);
  return { ...endpoint, model, modelId, calls: shared.of({ provider, model, ...endpoint }), log };
}

/** How local models run. */
export function localSettings({ config, log }: ModelContext) {
  return {
    ...(config.threads !== null && { threads: config.threads }),
    executionProviders: config.executionProviders,
    log,
  };
}
