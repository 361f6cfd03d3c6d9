import {
  type Corpus,
  type Generation,
  generationRef,
  liveGeneration,
  type Manifest,
  noUsage,
  type Store,
  type Tally,
} from '@winnow/core';
import type { CorpusPlan, PlanOptions } from '../planning/corpus-plan.ts';
import { planCorpus } from '../planning/plan-corpus.ts';
import type { IngestPorts } from '../ports.ts';
import { isSameBuild } from './build-settings.ts';
import { generationBeside } from './change-generation.ts';
import { type SettingEffect, settingEffects } from './setting-effects.ts';

/** What building a generation would take. */
export interface BuildPlan extends CorpusPlan {
  /** Of each setting that a build may change, what it leads to. */
  readonly effects: readonly SettingEffect[];
}

/**
 * Prices a build before anything of it is there: every document is read, split and looked up as the build would do
 * it. Where a build with the same settings is under way, what is left of it.
 * @throws as `planCorpus`.
 */
export async function planBuild(
  ports: IngestPorts,
  corpus: Corpus,
  next: Generation,
  options: Pick<PlanOptions, 'onProgress' | 'onChanges'>,
  signal: AbortSignal,
): Promise<BuildPlan> {
  const beside = generationBeside(corpus);
  const begun = beside !== null && isSameBuild(beside, next) ? beside : null;
  const generation = begun ?? next;
  const store =
    begun === null ? beforeAnything(ports.store, generationRef(corpus, next).physicalName) : ports.store;
  const plan = await planCorpus(
    { ...ports, store },
    corpus,
    { ...options, kind: 'reindex', generation },
    signal,
  );
  return { ...plan, effects: settingEffects(liveGeneration(corpus), generation) };
}

/** The store as a build finds it that has not begun: of its generation there is nothing, and all else is as it is. */
function beforeAnything(store: Store, physicalName: string): Store {
  const manifest: Pick<Manifest, 'get' | 'list' | 'tally'> = {
    get: async () => new Map(),
    list: async () => [],
    tally: async () => emptyTally,
  };
  return {
    ...store,
    manifest: { ...store.manifest, ...manifest },
    chunks: {
      ...store.chunks,
      vectorsByKey: async (ref, keys) =>
        ref.physicalName === physicalName ? new Map() : await store.chunks.vectorsByKey(ref, keys),
    },
  };
}

const emptyTally: Tally = {
  pending: 0,
  live: 0,
  failed: 0,
  dismissed: 0,
  deleted: 0,
  searchable: 0,
  chunks: 0,
  usage: noUsage,
};
