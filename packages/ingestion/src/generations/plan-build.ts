import {
  type ChunkIndex,
  type Corpus,
  type Generation,
  type GenerationRef,
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
import { requireSameSplit } from './start-build.ts';
import { readFromItself } from './stored-source.ts';

/** What building a generation would take. */
export interface BuildPlan extends CorpusPlan {
  /** Of each setting that a build may change, what it leads to. */
  readonly effects: readonly SettingEffect[];
}

export interface PlanBuildOptions extends Pick<PlanOptions, 'onProgress' | 'onChanges'> {
  /** As `Run.fromText`. */
  readonly fromText?: boolean;
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
  { fromText = false, ...options }: PlanBuildOptions,
  signal: AbortSignal,
): Promise<BuildPlan> {
  const beside = generationBeside(corpus);
  const begun = beside !== null && isSameBuild(beside, next) ? beside : null;
  const generation = begun ?? next;
  const store =
    begun === null ? beforeAnything(ports.store, generationRef(corpus, next).physicalName) : ports.store;
  if (fromText) requireSameSplit(liveGeneration(corpus), next);
  const read = fromText ? readFromItself(corpus) : corpus;
  const plan = await planCorpus(
    { ...ports, store },
    read,
    { ...options, kind: 'reindex', generation },
    signal,
  );
  return { ...plan, effects: settingEffects(liveGeneration(corpus), generation) };
}

/** The store as a build finds it that has not begun: of its generation there is nothing, and all else is as it is. */
function beforeAnything(store: Store, physicalName: string): Store {
  const isIts = (ref: GenerationRef) => ref.physicalName === physicalName;
  const manifest: Pick<Manifest, 'get' | 'list' | 'tally'> = {
    get: async (ref, ids) => (isIts(ref) ? new Map() : await store.manifest.get(ref, ids)),
    list: async (ref, query) => (isIts(ref) ? [] : await store.manifest.list(ref, query)),
    tally: async (ref, runId) => (isIts(ref) ? emptyTally : await store.manifest.tally(ref, runId)),
  };
  const vectorsByKey: ChunkIndex['vectorsByKey'] = async (ref, keys) =>
    isIts(ref) ? new Map() : await store.chunks.vectorsByKey(ref, keys);
  return {
    ...store,
    manifest: { ...store.manifest, ...manifest },
    chunks: { ...store.chunks, vectorsByKey },
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
