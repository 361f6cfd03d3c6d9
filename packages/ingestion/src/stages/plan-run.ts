import {
  AppError,
  type DocumentId,
  type JobHandler,
  type JobOutcome,
  type PlanProgress,
  type Run,
  runRef,
  type Uncovered,
} from '@winnow/core';
import { planJob, workJobs } from '../lanes/lane.ts';
import { addUncovered, deletionLimit, withheldDeletions } from '../planning/deletion-guard.ts';
import { forgetPushed } from '../planning/forget-pushed.ts';
import { createListedIds, type ListedIds } from '../planning/listed-ids.ts';
import { lookAtSources, type SliceGiven } from '../planning/look-at-sources.ts';
import { afterLook, isPostponed, planAnew, scannedSlices } from '../planning/scan-passes.ts';
import type { SliceResult } from '../planning/scan-slice.ts';
import { loadSelection, type Selection } from '../planning/selection.ts';
import { walkGone } from '../planning/walk-gone.ts';
import type { IngestJobs, IngestPorts } from '../ports.ts';
import { claimGeneration } from '../runs/claim-generation.ts';
import { completeIfDone, endRun, failRun, type RunningRun, targetOf } from '../runs/run-state.ts';
import { holdRun } from '../waiting/hold-run.ts';
import { from, withPatience } from '../waiting/with-patience.ts';

/** Documents that are named where they differ from a plan. */
const maxSamples = 20;

type Outcome = JobOutcome<IngestJobs>;

/**
 * Compares the sources of a corpus with its manifest, a slice a job: new and changed documents become pending,
 * leftovers of earlier runs are adopted; what a covered source no longer has is counted, and removed if it is not
 * more than the corpus' guard lets through. Then all lanes start. A source that is not there is postponed until they have
 * come to their end. What a slice has done is in the run before the next one begins, and each may be repeated.
 */
export function createPlanHandler(ports: IngestPorts): JobHandler<IngestJobs, 'run.plan'> {
  const listedIds = createListedIds(ports.blobs);
  return {
    run: ({ runId, step }, context) =>
      withPatience(ports, runId, context, async (run) => {
        // Where the run is running already, its lanes were started too, or reconcile will start them.
        if (run.state !== 'planning') return { outcome: 'skipped', reason: 'run-not-planning' };
        if (run.plan.step !== step) return { outcome: 'skipped', reason: 'plan-overtaken' };
        if (!(await from('index', claimGeneration(ports, await requireTarget(ports, run))))) {
          await endRun(ports, run, 'canceled', { reason: 'another run was started at the same time' });
          return { outcome: 'skipped', reason: 'other-run' };
        }
        await from('index', ports.store.manifest.admit(runRef(run), runId));
        // From the claim to the end of the run its sources stay: what was read before may have had others.
        const target = await requireTarget(ports, run);
        return await nextSlice(ports, listedIds, target, context.signal);
      }),

    async giveUp({ runId }, error) {
      if (error.code === 'internal' || error.retryable) {
        const reason = error.context.workersLost === undefined ? 'unexpected' : 'worker_lost';
        await holdRun(ports, runId, { reason, message: error.message, retryAfterMs: null });
        // Put back by reconcile once it is time: nothing of the plan is lost.
        return { outcome: 'done', reason };
      }
      await failRun(ports, runId, error);
      return { outcome: 'done', reason: error.code };
    },
  };
}

async function requireTarget(ports: IngestPorts, run: Run): Promise<RunningRun> {
  const target = await from('index', targetOf(ports, run));
  if (target === null) throw new AppError('not_found', `corpus ${run.corpus} is gone`);
  return target;
}

async function nextSlice(
  ports: IngestPorts,
  listedIds: ListedIds,
  target: RunningRun,
  signal: AbortSignal,
): Promise<Outcome> {
  const { run } = target;
  const listed = await from('queue', listedIds.before(run.runId, scannedSlices(run.plan)));
  const selection = await selectionOf(ports, run);
  if (listed === null || selection === 'lost') return await beginAnew(ports, run);
  switch (run.plan.phase) {
    case 'scan':
      return await scan(ports, listedIds, target, { listed, selection, signal });
    case 'count':
      return await count(ports, target, { listed, selection, signal });
    case 'remove':
      return await remove(ports, target, { listed, selection, signal });
    case 'done':
      if (!isPostponed(run)) await listedIds.drop(run.runId, scannedSlices(run.plan));
      return await start(ports, run);
  }
}

async function selectionOf(ports: IngestPorts, run: Run): Promise<Selection | null | 'lost'> {
  if (run.kind !== 'repair' && run.bound === null) return null;
  const kind = run.kind === 'repair' ? 'damaged' : 'plan';
  return (await from('queue', loadSelection(ports.blobs, run.runId, kind))) ?? 'lost';
}

/** The ids that earlier slices met are lost, as in a flushed Redis: the plan is made once more from its beginning. */
async function beginAnew(ports: IngestPorts, run: Run): Promise<Outcome> {
  if (run.kind === 'repair' || run.bound !== null) {
    const what = run.bound === null ? 'what the doctor found' : 'the plan';
    throw new AppError('failed_precondition', `${what} is no longer at hand: start the run again`);
  }
  ports.log.warn({ event: 'plan-begun-anew', runId: run.runId, step: run.plan.step + 1 });
  const next = await advance(ports, run, planAnew);
  return { outcome: 'done', reason: 'plan-begun-anew', next: nextJobs(next) };
}

async function scan(
  ports: IngestPorts,
  listedIds: ListedIds,
  target: RunningRun,
  given: SliceGiven,
): Promise<Outcome> {
  const { run, corpus } = target;
  const { slice, missed } = await lookAtSources(ports, listedIds, target, given);
  for (const { sourceId, reason } of missed) {
    ports.log.warn({ event: 'source-postponed', runId: run.runId, sourceId, reason });
  }
  const isFirst = (run.plan.round ?? 1) === 1;
  const next = await advance(ports, run, (current) => ({
    ...(slice === null ? current : withSlice(current, slice.result, isFirst)),
    plan: afterLook(
      slice === null ? current.plan : planWithSlice(current.plan, slice.result),
      corpus.sources.length,
      slice === null ? null : { place: slice.place, after: slice.result.after },
      missed,
      phaseAfterScan(run),
    ),
  }));
  return { outcome: 'done', next: nextJobs(next) };
}

function withSlice(run: Run, slice: SliceResult, isFirst: boolean): Run {
  const { changes, counts, bound } = run;
  return {
    ...run,
    changes: added(changes, isFirst ? slice.changes : onlyNews(slice.changes)),
    counts: {
      ...counts,
      accepted: counts.accepted + slice.accepted,
      failed: counts.failed + slice.failed,
    },
    bound: bound === null ? null : leftOutOf(bound, slice.leftOut),
  };
}

function planWithSlice(plan: PlanProgress, { listed, uncovered }: SliceResult): PlanProgress {
  return { ...plan, listed: plan.listed + listed, uncovered: addUncovered(plan.uncovered, uncovered) };
}

/** Places that a walk found to be lost are not covered either: what it let be there is not looked at again. */
function withLost(plan: PlanProgress, lost: readonly Uncovered[]): PlanProgress {
  return { ...plan, uncovered: addUncovered(plan.uncovered, lost) };
}

/** A run over the inbox has nothing to say about what is gone. */
function phaseAfterScan({ kind }: Run): PlanProgress['phase'] {
  return kind === 'retry' ? 'done' : 'count';
}

async function count(ports: IngestPorts, { run, corpus }: RunningRun, given: SliceGiven): Promise<Outcome> {
  const walked = await walkGone(ports, { run, corpus, ...given }, async () => {});
  const gone = run.plan.gone + walked.gone;
  const goneSearchable = (run.plan.goneSearchable ?? run.plan.gone) + walked.goneSearchable;
  const bound =
    run.kind === 'repair' || run.bound === null ? run.bound : leftOutOf(run.bound, walked.leftOut);
  if (walked.after !== null) {
    const next = await advance(ports, run, (current) => ({
      ...current,
      bound,
      plan: { ...withLost(current.plan, walked.lost), gone, goneSearchable, after: walked.after },
    }));
    return { outcome: 'done', next: nextJobs(next) };
  }
  const { searchable } = await from('index', ports.store.manifest.tally(runRef(run)));
  const limit = deletionLimit(corpus.deletionGuard, searchable);
  const { deletedBefore = 0 } = run.plan;
  const counted = { all: gone + deletedBefore, searchable: goneSearchable + deletedBefore };
  const overLimit = withheldDeletions(counted, { limit, approved: run.approvedDeletions });
  const withheld = gone === 0 || overLimit === null ? null : { ...overLimit, count: gone };
  if (withheld !== null) ports.log.warn({ event: 'deletions-withheld', runId: run.runId, ...withheld });
  const phase = gone === 0 || withheld !== null ? 'done' : 'remove';
  const next = await advance(ports, run, (current) => ({
    ...current,
    withheld,
    bound,
    plan: { ...withLost(current.plan, walked.lost), phase, gone, goneSearchable, after: null },
  }));
  return { outcome: 'done', next: nextJobs(next) };
}

async function remove(ports: IngestPorts, { run, corpus }: RunningRun, given: SliceGiven): Promise<Outcome> {
  let removed = 0;
  const walked = await walkGone(ports, { run, corpus, ...given }, async (documents) => {
    const { chunks } = ports.store;
    await from('index', forgetPushed(ports.store, corpus, documents));
    removed += (await from('index', chunks.remove(runRef(run), run.runId, documents, given.signal))).length;
  });
  const next = await advance(ports, run, (current) => ({
    ...current,
    changes: { ...current.changes, deleted: current.changes.deleted + removed },
    plan: {
      ...withLost(current.plan, walked.lost),
      after: walked.after,
      ...(walked.after === null && { phase: 'done' as const }),
    },
  }));
  return { outcome: 'done', next: nextJobs(next) };
}

async function start(ports: IngestPorts, run: Run): Promise<Outcome> {
  const planned = await from(
    'index',
    ports.store.runs.update(run.runId, (current) =>
      current.state === 'planning' ? { ...current, state: 'running' } : null,
    ),
  );
  if (planned.state !== 'running') return { outcome: 'skipped', reason: 'run-ended' };
  ports.log.info({ event: 'run-planned', runId: run.runId, ...planned.changes });
  const isDone = planned.counts.accepted === 0 && (await from('index', completeIfDone(ports, planned)));
  return { outcome: 'done', next: isDone ? [] : workJobs(planned) };
}

/** Records what a slice has done, unless the run has gone on without it. */
async function advance(ports: IngestPorts, { runId, plan }: Run, change: (run: Run) => Run): Promise<Run> {
  return await from(
    'index',
    ports.store.runs.update(runId, (current) => {
      if (current.state !== 'planning' || current.plan.step !== plan.step) return null;
      const changed = change(current);
      return { ...changed, plan: { ...changed.plan, step: plan.step + 1 } };
    }),
  );
}

function nextJobs(run: Run) {
  return run.state === 'planning' ? [planJob(run)] : [];
}

/** What a later round of a build meets as the first one has left it was counted then. */
function onlyNews(changes: Omit<Run['changes'], 'deleted'>): Omit<Run['changes'], 'deleted'> {
  return { ...changes, unchanged: 0, outdated: 0, unreadable: 0 };
}

function added(all: Run['changes'], more: Omit<Run['changes'], 'deleted'>): Run['changes'] {
  return {
    ...all,
    new: all.new + more.new,
    changed: all.changed + more.changed,
    unchanged: all.unchanged + more.unchanged,
    unreadable: all.unreadable + more.unreadable,
    outdated: all.outdated + more.outdated,
  };
}

function leftOutOf(bound: NonNullable<Run['bound']>, more: readonly DocumentId[]): Run['bound'] {
  return {
    ...bound,
    leftOut: bound.leftOut + more.length,
    samples: [...bound.samples, ...more].slice(0, maxSamples),
  };
}
