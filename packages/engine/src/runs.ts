import {
  AppError,
  type Corpus,
  type Ledger,
  liveGeneration,
  noCost,
  type Run,
  type RunId,
} from '@winnow/core';
import {
  budgetOf,
  cancelRun,
  dropBuild,
  type IngestPorts,
  pauseRun,
  planCorpus,
  readPlanFile,
  reportOf,
  requireFitting,
  requirePrice,
  requireRun,
  resumeRun,
  type StartOptions,
  startRun,
  waitReasonOf,
  waitsForSomebody,
  writePlanFile,
} from '@winnow/ingestion';
import type { Engine } from './engine.ts';
import type { EngineRuns, RunOptions, RunReport } from './engine-runs.ts';
import type { Models } from './models/models.ts';
import { requireBatches } from './require-batches.ts';
import { requireCorpus, requireWholeCorpus } from './require-corpus.ts';
import { costOfCounts, costOfSum, runView } from './run-view.ts';
import { smallerBudget } from './smaller-budget.ts';

export interface RunsPorts {
  readonly mode: Engine['mode'];
  readonly ingest: IngestPorts;
  readonly models: Models;
  readonly ledger: Ledger;
}

/** Runs of one corpus whose costs are looked up together. */
const maxRunSums = 10_000;

export interface EngineRunsOfProcess extends EngineRuns {
  /** Embedded mode, at the end of a process: what it worked on waits for the next one. */
  stop(): Promise<void>;
  /** Embedded mode, at the beginning of one: what waits for a process goes on. */
  takeUp(): Promise<void>;
  report(run: Run): Promise<RunReport>;
  /**
   * Embedded mode, before a run of another kind than `sync` is started: ends one of the corpus whose process is gone.
   * Not while this process works: then it goes on with such a run.
   */
  cancelAbandoned(corpus: Corpus, generation?: number): Promise<void>;
  /** Tells of a run that this process has begun, so that it is not taken for one whose process is gone. */
  begun(run: Run): Promise<RunReport>;
}

export function createEngineRuns({ mode, ingest, models, ledger }: RunsPorts): EngineRunsOfProcess {
  const { store } = ingest;
  const startedRuns = new Set<RunId>();
  let isAtWork = false;

  async function report(run: Run): Promise<RunReport> {
    const view = reportOf(run, ingest.troubles.get(run.runId), ingest.now());
    if (run.finishedAt === null) return runView(view, costOfCounts(run.counts));
    const [sum] = await ledger.sum({ by: 'total', runId: run.runId, limit: 1 });
    return runView(view, costOfSum(sum));
  }

  /**
   * With one process on a data folder, a run that it did not start is one whose process is gone. A new run
   * looks at the source afresh, and takes over what the old one left pending; one that waits for somebody stays, and
   * so does one that writes to another generation.
   */
  async function cancelAbandoned({ corpusId }: Corpus, generation: number): Promise<void> {
    for (const run of await store.runs.active()) {
      // What was pushed is not looked for anywhere: its run goes on.
      if (run.kind === 'push') continue;
      const isItsOwn = run.corpusId === corpusId && run.generation === generation;
      const isAbandoned = isItsOwn && !startedRuns.has(run.runId);
      const isPatient = waitsForSomebody(run) && run.waiting?.reason !== 'stopped';
      if (isAbandoned && !isPatient) await cancelRun(ingest, run.runId, 'a new run took its place');
    }
  }

  async function begun(run: Run): Promise<RunReport> {
    startedRuns.add(run.runId);
    return await report(run);
  }

  return {
    report,
    begun,
    async cancelAbandoned(corpus, generation = corpus.liveGeneration) {
      if (mode === 'embedded' && !isAtWork) await cancelAbandoned(corpus, generation);
    },
    async plan(name, { remake = false, out, onProgress }, signal) {
      const corpus = await requireWholeCorpus(store, name);
      const options = { remake, ...(onProgress !== undefined && { onProgress }) };
      if (out === undefined) return await planCorpus(ingest, corpus, options, signal);
      return await writePlanFile(ingest, corpus, options, out, signal);
    },
    async start(name, options = {}) {
      const corpus = await requireWholeCorpus(store, name);
      const generation = liveGeneration(corpus);
      requireFitting(corpus.name, generation, (await models.load(generation.embedder)).embedder);
      if (options.batch === true) await requireBatches(models, generation.embedder);
      if (options.checkSources === true) await checkSources(ingest, corpus);
      const wanted = await startOptionsOf(corpus, options);
      requirePrice(
        wanted.budget ?? null,
        models.embeddingPrice(generation.embedder)?.usdPerMillionTokens ?? null,
        generation.embedder,
      );
      if (mode === 'embedded') await cancelAbandoned(corpus, generation.number);
      const { run } = await startRun(ingest, corpus.name, wanted);
      return await begun(run);
    },
    async show(runId) {
      return await report(await requireRun(ingest.store, runId as RunId));
    },
    async list(name, limit) {
      const { name: corpus } = await requireCorpus(store, name);
      const sums = await ledger.sum({ by: 'run', corpus, limit: maxRunSums });
      const costs = new Map(sums.map((sum) => [sum.group, costOfSum(sum)]));
      const runs = await store.runs.list(corpus, limit);
      const now = ingest.now();
      return runs.map((run) =>
        runView(reportOf(run, ingest.troubles.get(run.runId), now), costs.get(run.runId) ?? noCost),
      );
    },
    async active() {
      return await Promise.all((await store.runs.active()).map(report));
    },
    async cancel(runId) {
      const canceled = await cancelRun(ingest, (await requireRun(ingest.store, runId as RunId)).runId);
      await dropBuild(ingest, canceled);
      return await report(canceled);
    },
    async pause(runId) {
      return await report(await pauseRun(ingest, (await requireRun(ingest.store, runId as RunId)).runId));
    },
    async resume(runId, budget) {
      const run = await requireRun(ingest.store, runId as RunId);
      startedRuns.add(run.runId);
      return await report(await resumeRun(ingest, run.runId, budget));
    },
    parked: () => ingest.queue.parked(),
    async stop() {
      for (const run of await store.runs.active()) {
        if (run.kind === 'restore' || waitsForSomebody(run)) continue;
        await pauseRun(ingest, run.runId, 'stopped');
      }
    },
    async takeUp() {
      isAtWork = true;
      for (const run of await store.runs.active()) {
        if (run.waiting?.reason !== 'stopped') continue;
        startedRuns.add(run.runId);
        await resumeRun(ingest, run.runId);
      }
    },
  };
}

/** @throws AppError where no source is there, or one never will be: else a run does what it can, and waits for the rest. */
async function checkSources({ openSource }: IngestPorts, { sources }: Corpus): Promise<void> {
  const away: AppError[] = [];
  for (const { settings } of sources) {
    try {
      await openSource(settings).check(AbortSignal.timeout(30_000));
    } catch (thrown) {
      const error = AppError.from(thrown).attributedTo('source');
      if (waitReasonOf(error) !== 'source_away') throw error;
      away.push(error);
    }
  }
  const [first] = away;
  if (first !== undefined && away.length === sources.length) throw first;
}

/** A plan file brings its price along, as the run's budget, unless the caller has a smaller one. */
async function startOptionsOf(
  corpus: Corpus,
  { batch, remake, budget, approvedDeletions, planFile }: RunOptions,
): Promise<StartOptions> {
  const common = {
    ...(batch !== undefined && { batch }),
    ...(remake !== undefined && { remake }),
    ...(approvedDeletions !== undefined && { approvedDeletions }),
  };
  if (planFile === undefined) return { ...common, ...(budget !== undefined && { budget }) };
  const plan = await readPlanFile(planFile, corpus);
  const { summary, digest } = plan.header;
  return {
    ...common,
    remake: plan.header.remake,
    approvedDeletions: approvedDeletions ?? summary.deletions.count - summary.deletions.withheld,
    budget: smallerBudget(budgetOf(summary), budget ?? null),
    plan: { digest, changes: plan.changes },
  };
}
