import { randomBytes } from 'node:crypto';
import {
  AppError,
  type Budget,
  type Corpus,
  type CorpusName,
  type Generation,
  generationNumbered,
  generationRef,
  isActive,
  laneCount,
  liveGeneration,
  noChanges,
  noCounts,
  type PlanBinding,
  type Run,
  type RunId,
  type RunKind,
  type RunScope,
  type RunWindow,
  requireRestored,
  runVersion,
} from '@winnow/core';
import { missingJobs } from '../healing/missing-jobs.ts';
import { planJob } from '../lanes/lane.ts';
import type { DocumentIdSet } from '../planning/document-id-set.ts';
import { scanOthersAgain } from '../planning/scan-postponed.ts';
import { keepSelection } from '../planning/selection.ts';
import type { IngestPorts } from '../ports.ts';
import { activeRun } from './active-run.ts';
import { claimGeneration } from './claim-generation.ts';
import { endRun } from './run-state.ts';

/** A run, and whether it was there already. */
export interface StartedRun {
  readonly run: Run;
  /** An earlier run was still active: it goes on, and takes the source as it was when that run was planned. */
  readonly joined: boolean;
}

/** How a run is to work. */
export interface StartOptions {
  readonly kind?: RunKind;
  /**
   * Of a run that is to be there once, however often it is asked for: one that is there is gone on with, and one that
   * is over is given as it ended. No other run stands for it.
   */
  readonly runId?: RunId;
  /** Number of the generation to write to; the live one if left out. */
  readonly generation?: number;
  /** Has the texts embedded in the provider's batches: for less money, within a day. */
  readonly batch?: boolean;
  /** As `Run.fromText`. */
  readonly fromText?: boolean;
  readonly scope?: RunScope;
  /** Makes anew what an older parser, chunker or analysis made. */
  readonly remake?: boolean;
  readonly budget?: Budget;
  /** Deletions that may go on though they are more than the corpus' guard lets through. */
  readonly approvedDeletions?: number;
  /** A plan file that the run keeps to: its digest, and its changes as {@link plannedChange} writes them. */
  readonly plan?: { readonly digest: string; readonly changes: DocumentIdSet };
  /** Hours in which the run may work. */
  readonly window?: RunWindow;
  /** Documents that a doctor found damaged. */
  readonly damaged?: DocumentIdSet;
}

/**
 * Starts a run over a generation of a corpus. A generation has one active run: where there is one and a plain sync
 * is asked for, it is returned instead, with its jobs put back in case they were lost; so after a crash, starting
 * again resumes. One that has nothing left but to wait for sources goes through the others once more. The same goes for
 * a build that is asked for again.
 * @throws AppError `not_found` if there is no such corpus; `failed_precondition` while another run is active and this
 * one asks for something of its own, or the corpus is being deleted.
 */
export async function startRun(
  ports: IngestPorts,
  name: CorpusName,
  options: StartOptions = {},
): Promise<StartedRun> {
  const corpus = await ports.store.corpora.get(name);
  if (corpus === null) throw new AppError('not_found', `there is no corpus ${name}`);
  if (corpus.deletingSince !== null) {
    throw new AppError(
      'failed_precondition',
      `corpus ${name} is being deleted: winnow corpus delete ${name} ends it`,
    );
  }
  requireRestored(corpus);
  const known = await knownRun(ports, corpus, options);
  if (known !== null) return await goOn(ports, known);
  const generation =
    options.generation === undefined
      ? liveGeneration(corpus)
      : generationNumbered(corpus, options.generation);
  const active = await activeRun(ports, corpus, generation);
  if (active !== null) {
    // One that was made just now may not have its generation yet: whoever is told of it must not see it give way to another.
    const isClaimed = await claimGeneration(ports, { run: active, corpus, generation });
    return isClaimed
      ? await join(ports, active, options)
      : await joinWinner(ports, corpus, generation, options);
  }

  const run = newRun(corpus, generation, options, ports.now());
  const selected = options.plan?.changes ?? options.damaged;
  if (selected !== undefined) await keepSelection(ports.blobs, run.runId, selected);
  if (!(await isCreated(ports, run))) return await startRun(ports, name, options);
  if (!(await claimGeneration(ports, { run, corpus, generation }))) {
    await endRun(ports, run, 'canceled', { reason: 'another run was started at the same time' });
    return await joinWinner(ports, corpus, generation, options);
  }
  await ports.queue.enqueue([planJob(run)]);
  ports.log.info({ event: 'run-started', runId: run.runId, corpus: name, kind: run.kind });
  return { run, joined: false };
}

/** Of runs that were started at once, the one that has claimed the generation. */
async function joinWinner(
  ports: IngestPorts,
  corpus: Corpus,
  generation: Generation,
  options: StartOptions,
): Promise<StartedRun> {
  const current = await ports.store.corpora.get(corpus.name);
  const winner = await activeRun(ports, current ?? corpus, generation);
  if (winner !== null) return await join(ports, winner, options);
  throw new AppError('unavailable', `another run of ${corpus.name} was started at the same time: try again`);
}

/** The run of the id that is asked for, whoever has made it. */
async function knownRun(
  { store }: IngestPorts,
  { name, corpusId }: Corpus,
  { runId }: StartOptions,
): Promise<Run | null> {
  const run = runId === undefined ? null : await store.runs.get(runId);
  if (run === null || run.corpusId === corpusId) return run;
  throw new AppError('failed_precondition', `run ${run.runId} belongs to another corpus than ${name}`);
}

/** @returns false if somebody has made a run of that id meanwhile. */
async function isCreated({ store }: IngestPorts, run: Run): Promise<boolean> {
  try {
    await store.runs.create(run);
    return true;
  } catch (thrown) {
    if ((await store.runs.get(run.runId)) !== null) return false;
    throw thrown;
  }
}

/** Whoever made the run may have ended before it had a job: its plan claims the generation. */
async function goOn(ports: IngestPorts, run: Run): Promise<StartedRun> {
  const jobs = isActive(run) ? await missingJobs(ports, run, await ports.queue.unfinished()) : [];
  if (jobs.length > 0) await ports.queue.enqueue(jobs);
  ports.log.info({ event: 'run-joined', runId: run.runId, corpus: run.corpus, putBack: jobs.length });
  return { run: (await ports.store.runs.get(run.runId)) ?? run, joined: true };
}

/** Kinds of which one run can stand for another. */
const joinable: ReadonlySet<RunKind> = new Set(['sync', 'reindex']);

async function join(ports: IngestPorts, run: Run, options: StartOptions): Promise<StartedRun> {
  const kind = options.kind ?? 'sync';
  const isPlain =
    joinable.has(kind) &&
    options.plan === undefined &&
    options.remake !== true &&
    options.runId === undefined;
  if (!isPlain || run.kind !== kind) {
    throw new AppError(
      'failed_precondition',
      `run ${run.runId} (${run.kind}) of ${run.corpus} is under way: wait for it, or end it by winnow cancel ${run.runId}`,
    );
  }
  await scanOthersAgain(ports, run);
  return await goOn(ports, run);
}

function newRun(corpus: Corpus, generation: Generation, options: StartOptions, startedAt: Date): Run {
  const { corpus: name, physicalName } = generationRef(corpus, generation);
  const bound: PlanBinding | null =
    options.plan === undefined ? null : { digest: options.plan.digest, leftOut: 0, samples: [] };
  return {
    version: runVersion,
    runId: options.runId ?? createRunId(startedAt),
    kind: options.kind ?? 'sync',
    corpus: name,
    corpusId: corpus.corpusId,
    generation: generationNumbered(corpus, generation.number).number,
    physicalName,
    scope: options.scope ?? null,
    remake: options.remake ?? false,
    ...(options.fromText === true && { fromText: true }),
    state: 'planning',
    waiting: null,
    waited: [],
    plan: { phase: 'scan', step: 0, source: 0, after: null, listed: 0, uncovered: [], gone: 0 },
    changes: noChanges,
    withheld: null,
    approvedDeletions: options.approvedDeletions ?? null,
    budget: options.budget ?? null,
    bound,
    ...(options.window !== undefined && { window: options.window }),
    counts: noCounts,
    chains: Array.from({ length: laneCount }, () => 1),
    ...(options.batch === true && { backfill: { state: 'submitting', batches: [] } }),
    inbox: null,
    reason: null,
    startedAt: startedAt.toISOString(),
    finishedAt: null,
  };
}

/** Sorts by time, reads well, and is safe in any key or id: `20260102T030405-1f9a3c7d`. */
function createRunId(time: Date): RunId {
  const stamp = time.toISOString().slice(0, 19).replace(/[-:]/g, '');
  return `${stamp}-${randomBytes(4).toString('hex')}` as RunId;
}
