import { AppError, type DocumentChanges, type Run, type RunId, type RunState } from '@winnow/core';
import { generationOf } from './lane.ts';
import type { IngestPorts } from './ports.ts';

/** What a run did, or has done so far. */
export interface RunReport {
  readonly run: Run;
  readonly state: RunState;
  /** `failed` are those in the inbox, of the new and changed ones. All zero while the run is planned. */
  readonly documents: DocumentChanges & { readonly failed: number };
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
  /** Over the whole run, planning included. */
  readonly chunksPerSecond: number;
  /** At the speed so far; null where nothing is done yet. */
  readonly secondsLeft: number | null;
}

/**
 * Counts come from the manifest, so they hold across crashes. A document that a later run takes up again
 * counts for that run from then on.
 * @throws AppError `not_found`.
 */
export async function runReport({ store, now }: IngestPorts, runId: RunId): Promise<RunReport> {
  const run = await store.runs.get(runId);
  if (run === null) throw new AppError('not_found', `there is no run ${runId}`);
  const { pending, live, failed, usage } = await store.manifest.tally(generationOf(run), runId);
  const endedAt = run.finishedAt === null ? now().getTime() : Date.parse(run.finishedAt);
  const seconds = Math.max(0, endedAt - Date.parse(run.startedAt)) / 1_000;
  const { embedded, reused, modelCalls, tokens } = usage;
  const done = live + failed;
  return {
    run,
    state: run.state,
    documents: { ...run.changes, failed },
    chunks: { embedded, reused },
    modelCalls,
    tokens,
    seconds,
    progress: {
      pending,
      done,
      total: pending + done,
      chunksPerSecond: seconds === 0 ? 0 : (embedded + reused) / seconds,
      secondsLeft: done === 0 ? null : (seconds / done) * pending,
    },
  };
}
