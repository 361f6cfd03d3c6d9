import type { AppError, Corpus, Run, RunId } from '@winnow/core';
import { generationOf } from './lane.ts';
import type { IngestPorts, LanePosition } from './ports.ts';

export function isActive(run: Run): boolean {
  return run.state === 'planning' || run.state === 'running';
}

/**
 * Closes a running run that has nothing pending any more. Safe to call at any time, by several workers at once.
 * @returns whether nothing is pending.
 */
export async function completeIfDone(ports: IngestPorts, run: Run): Promise<boolean> {
  const { pending } = await ports.store.manifest.tally(generationOf(run), run.runId);
  if (pending > 0) return false;
  const finishedAt = ports.now().toISOString();
  let isOurs = false;
  await ports.store.runs.update(run.runId, (current) => {
    isOurs = current.state === 'running';
    return isOurs ? { ...current, state: 'completed', finishedAt } : null;
  });
  if (isOurs) ports.log.info({ event: 'run-completed', runId: run.runId, corpus: run.corpus });
  return true;
}

/** The run and corpus that a job works for; null where the run has ended or either is gone: nothing is to be done. */
export async function runningRun(
  { store }: IngestPorts,
  { runId, corpus: name }: LanePosition,
): Promise<{ readonly run: Run; readonly corpus: Corpus } | null> {
  const run = await store.runs.get(runId);
  if (run?.state !== 'running') return null;
  const corpus = await store.corpora.get(name);
  return corpus === null ? null : { run, corpus };
}

/** Ends an active run for a reason that concerns all of it. What is pending is adopted by the next run. */
export async function failRun(ports: IngestPorts, runId: RunId, error: AppError): Promise<void> {
  const finishedAt = ports.now().toISOString();
  await ports.store.runs.update(runId, (run) =>
    isActive(run) ? { ...run, state: 'failed', reason: error.message, finishedAt } : null,
  );
  ports.log.error({ event: 'run-failed', runId, code: error.code, error });
}
