import type { DocumentChanges, Run, RunId, RunState, Waited, Waiting } from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { pendingOf } from './count-work.ts';
import { requireRun } from './require-run.ts';

/** What a run did, or has done so far. */
export interface RunReport {
  readonly run: Run;
  readonly state: RunState;
  /** What it waits for now, be it written down or not. */
  readonly waiting: Waiting | null;
  readonly waited: readonly Waited[];
  /** What became of the documents: those that are searchable by now, and those of this run in the inbox. */
  readonly documents: Pick<DocumentChanges, 'new' | 'changed' | 'unchanged' | 'deleted'> & {
    readonly failed: number;
    /** Everything that is in the inbox when the run has ended; null before. */
    readonly stillFailed: number | null;
  };
  readonly chunks: { readonly embedded: number; readonly reused: number };
  readonly modelCalls: number;
  /** Sent to the embedding model. */
  readonly tokens: number;
  /** From start to end, or until now. */
  readonly seconds: number;
  readonly progress: RunProgress;
}

export interface RunProgress {
  /** Documents accepted and not yet searchable or failed. */
  readonly pending: number;
  readonly done: number;
  /** Documents that the run accepted: `pending + done`. Grows while the run is planned. */
  readonly total: number;
  /** Listed by the sources so far. */
  readonly listed: number;
  /** Over the time that it did not wait. */
  readonly chunksPerSecond: number;
  readonly tokensPerSecond: number;
  /** At the speed so far; null where nothing is done yet. */
  readonly secondsLeft: number | null;
}

/**
 * What is kept with the run, in one read; the manifest is not asked.
 * @throws AppError `not_found`.
 */
export async function runReport(
  { store, troubles, now }: Pick<IngestPorts, 'store' | 'troubles' | 'now'>,
  runId: RunId,
): Promise<RunReport> {
  const run = await requireRun(store, runId);
  return reportOf(run, troubles.get(runId), now());
}

/** The report of a run as it is. */
export function reportOf(run: Run, unrecorded: Waiting | null, now: Date): RunReport {
  const { counts, changes, waited } = run;
  const endedAt = run.finishedAt === null ? now.getTime() : Date.parse(run.finishedAt);
  const seconds = Math.max(0, endedAt - Date.parse(run.startedAt)) / 1_000;
  const waiting = run.finishedAt === null ? (run.waiting ?? unrecorded) : null;
  const waitedSeconds = waited.reduce((sum, each) => sum + each.seconds, 0) + secondsSince(waiting, now);
  const busySeconds = Math.max(0, seconds - waitedSeconds);
  const done = counts.new + counts.changed + counts.failed;
  const pending = pendingOf(run);
  const perSecond = (count: number) => (busySeconds === 0 ? 0 : count / busySeconds);
  return {
    run,
    state: run.state,
    waiting,
    waited,
    documents: {
      new: counts.new,
      changed: counts.changed,
      unchanged: changes.unchanged + (run.remake ? 0 : changes.outdated),
      deleted: changes.deleted,
      failed: counts.failed,
      stillFailed: run.inbox,
    },
    chunks: { embedded: counts.embedded, reused: counts.reused },
    modelCalls: counts.modelCalls,
    tokens: counts.tokens,
    seconds,
    progress: {
      pending,
      done,
      total: pending + done,
      listed: run.plan.listed,
      chunksPerSecond: perSecond(counts.embedded + counts.reused),
      tokensPerSecond: perSecond(counts.tokens),
      secondsLeft: done === 0 ? null : (busySeconds / done) * pending,
    },
  };
}

function secondsSince(waiting: Waiting | null, now: Date): number {
  return waiting === null ? 0 : Math.max(0, now.getTime() - Date.parse(waiting.since)) / 1_000;
}
