import {
  AppError,
  type Budget,
  type ChunkIndex,
  type Corpus,
  emptyTally,
  type Generation,
  type GenerationRef,
  generationRef,
  liveGeneration,
  type Manifest,
  physicalNameOf,
  type Store,
} from '@winnow/core';
import type { CorpusPlan, PlanOptions } from '../planning/corpus-plan.ts';
import { planCorpus } from '../planning/plan-corpus.ts';
import { budgetOf, type PlannedBuild, writtenPlan } from '../planning/plan-file.ts';
import { readPlanFile } from '../planning/read-plan-file.ts';
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
  const lacking = plan.chunks.forTokenVectors;
  return { ...plan, effects: settingEffects(liveGeneration(corpus), generation, lacking) };
}

/**
 * Plans a build and writes the plan to a file, of which a build can be made with these settings, for no more than that.
 * @throws as `planCorpus`, and where the file cannot be written.
 */
export async function writeBuildPlan(
  ports: IngestPorts,
  corpus: Corpus,
  next: Generation,
  options: PlanBuildOptions,
  path: string,
  signal: AbortSignal,
): Promise<BuildPlan> {
  const { embedder, chunking } = next;
  const { targetTokens: chunkTokens, overlapRatio } = chunking;
  const build = { embedder, chunkTokens, overlapRatio, fromText: options.fromText === true };
  return await writtenPlan(path, build, (onChanges) =>
    planBuild(ports, corpus, next, { ...options, onChanges }, signal),
  );
}

/** What a plan file says of a build. */
export interface ReadBuildPlan extends PlannedBuild {
  /** What it may spend. */
  readonly budget: Budget;
}

/**
 * Settings and price of a planned build. Its documents are not held to the file: a generation has to follow the live
 * one, and what it costs is bounded all the same.
 * @throws AppError as `readPlanFile`; `failed_precondition` for a plan of an ingest.
 */
export async function readBuildPlan(path: string, corpus: Corpus): Promise<ReadBuildPlan> {
  const beside = generationBeside(corpus);
  const number = beside?.number ?? corpus.lastGeneration + 1;
  const physicalName = physicalNameOf(corpus.name, corpus.corpusId, number);
  const { header } = await readPlanFile(path, corpus, { number, physicalName });
  if (header.build !== undefined) return { ...header.build, budget: budgetOf(header.summary) };
  throw new AppError(
    'failed_precondition',
    `${path} is a plan for an ingest: winnow plan ${corpus.name} --embedder MODEL --out FILE makes one for a reindex`,
  );
}

/** The store as a build finds it that has not begun: of its generation there is nothing, and all else is as it is. */
function beforeAnything(store: Store, physicalName: string): Store {
  const isIts = (ref: GenerationRef) => ref.physicalName === physicalName;
  const manifest: Pick<Manifest, 'get' | 'list' | 'tally'> = {
    get: async (ref, ids) => (isIts(ref) ? new Map() : await store.manifest.get(ref, ids)),
    list: async (ref, query) => (isIts(ref) ? [] : await store.manifest.list(ref, query)),
    tally: async (ref, runId) => (isIts(ref) ? emptyTally : await store.manifest.tally(ref, runId)),
  };
  const lookUps: Pick<ChunkIndex, 'vectorsByKey' | 'tokenVectorsByKey'> = {
    vectorsByKey: async (ref, keys) => (isIts(ref) ? new Map() : await store.chunks.vectorsByKey(ref, keys)),
    tokenVectorsByKey: async (ref, keys) =>
      isIts(ref) ? new Map() : await store.chunks.tokenVectorsByKey(ref, keys),
  };
  return {
    ...store,
    manifest: { ...store.manifest, ...manifest },
    chunks: { ...store.chunks, ...lookUps },
  };
}
