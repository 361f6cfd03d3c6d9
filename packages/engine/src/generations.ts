import { type CorpusName, liveGeneration } from '@winnow/core';
import {
  type BuildPlan,
  type BuildSettings,
  dropGeneration,
  type IngestPorts,
  nextGeneration,
  type PlanBuildOptions,
  planBuild,
  promote,
  type ReadBuildPlan,
  readBuildPlan,
  requirePrice,
  rollback,
  type StartBuildPorts,
  type Switched,
  startBuild,
  writeBuildPlan,
} from '@winnow/ingestion';
import type { RunOptions, RunReport } from './engine-runs.ts';
import { type GenerationList, listGenerations } from './generation-list.ts';
import type { Models } from './models/models.ts';
import { requireBatches } from './require-batches.ts';
import { requireWholeCorpus } from './require-corpus.ts';
import type { EngineRunsOfProcess } from './runs.ts';
import { smallerBudget } from './smaller-budget.ts';

/** Building beside what readers see, and switching them. */
export interface EngineGenerations {
  list(name: string): Promise<GenerationList>;
  /**
   * What a build would take, and what each changed setting leads to; nothing is changed.
   * @throws AppError `not_found` for an unknown model, `invalid_argument` for sizes that it cannot read.
   */
  plan(
    name: string,
    settings: BuildSettings,
    options: PlanReindexOptions,
    signal: AbortSignal,
  ): Promise<BuildPlan>;
  /**
   * Fills a generation beside the live one, or goes on with the one that is there. Workers do the work.
   * @throws AppError `failed_precondition` where one with other settings is there.
   */
  reindex(name: string, settings: BuildSettings, options: ReindexOptions): Promise<ReindexReport>;
  /**
   * Switches readers to the generation that is ready.
   * @param options.forced a reason to do so without a passed report; kept with the corpus.
   * @throws AppError `failed_precondition` with what is to be done before.
   */
  promote(name: string, options: { readonly forced: string | null }, signal: AbortSignal): Promise<Switched>;
  /** Switches readers back to the generation before, as it was. Throws `failed_precondition` where there is none. */
  rollback(name: string, signal: AbortSignal): Promise<Switched>;
  /** Gives up a generation that nobody reads. Throws `failed_precondition` for the live one. */
  drop(name: string, number: number, signal: AbortSignal): Promise<void>;
}

interface PlanReindexOptions extends Pick<PlanBuildOptions, 'onProgress' | 'fromText'> {
  /** A file that {@link EngineGenerations.reindex} takes. */
  readonly out?: string;
}

export interface ReindexOptions extends Pick<RunOptions, 'batch' | 'budget'> {
  /** Takes the text as it stands in the live generation, and looks at no source. */
  readonly fromText?: boolean;
  /** A file that a plan was written to: its settings, for no more than it costs. */
  readonly planFile?: string;
}

export interface ReindexReport extends RunReport {
  readonly generation: number;
}

export function createEngineGenerations(
  ingest: IngestPorts,
  models: Models,
  runs: EngineRunsOfProcess,
): EngineGenerations {
  const { store } = ingest;
  const ports: StartBuildPorts = {
    ...ingest,
    loadEmbedder: async (name) => (await models.load(name)).embedder,
  };
  const corpusOf = (name: string) => requireWholeCorpus(store, name);
  return {
    list: async (name) => await listGenerations(store, await corpusOf(name)),
    async plan(name, settings, options, signal) {
      const corpus = await corpusOf(name);
      const model = settings.embedder ?? liveGeneration(corpus).embedder;
      const next = nextGeneration(ports, corpus, settings, await ports.loadEmbedder(model));
      const { out, ...how } = options;
      if (out === undefined) return await planBuild(ports, corpus, next, how, signal);
      return await writeBuildPlan(ports, corpus, next, how, out, signal);
    },
    async reindex(name, given, { planFile, ...how }) {
      const corpus = await corpusOf(name);
      const planned = planFile === undefined ? null : await readBuildPlan(planFile, corpus);
      const { settings, options } =
        planned === null ? { settings: given, options: how } : asPlanned(planned, how);
      const beside = corpus.generations.find(({ number }) => number === corpus.buildingGeneration);
      const model = settings.embedder ?? (beside ?? liveGeneration(corpus)).embedder;
      if (options.batch === true) await requireBatches(models, model);
      const price = models.embeddingPrice(model)?.usdPerMillionTokens ?? null;
      requirePrice(options.budget ?? null, price, model);
      if (beside !== undefined) await runs.cancelAbandoned(corpus, beside.number);
      const { run, generation } = await startBuild(ports, name as CorpusName, settings, options);
      return { ...(await runs.begun(run)), generation: generation.number };
    },
    promote: async (name, { forced }, signal) =>
      await promote(ports, await corpusOf(name), { forced, signal }),
    rollback: async (name, signal) => await rollback(ports, await corpusOf(name), { signal }),
    drop: async (name, number, signal) => await dropGeneration(ports, await corpusOf(name), number, signal),
  };
}

/** The settings of the plan, and its price unless the caller has a smaller budget. */
function asPlanned(
  { embedder, chunkTokens, overlapRatio, fromText, budget }: ReadBuildPlan,
  options: Omit<ReindexOptions, 'planFile'>,
): { readonly settings: BuildSettings; readonly options: Omit<ReindexOptions, 'planFile'> } {
  return {
    settings: { embedder, chunkTokens, overlapRatio },
    options: { ...options, fromText, budget: smallerBudget(budget, options.budget ?? null) },
  };
}
