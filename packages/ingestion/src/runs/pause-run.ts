import {
  AppError,
  type Budget,
  isActive,
  type Run,
  type RunId,
  type Store,
  type WaitReason,
} from '@winnow/core';
import { freshChains, planJob, workJobs } from '../lanes/lane.ts';
import type { IngestPorts } from '../ports.ts';
import { isHeld, released } from '../waiting/hold-run.ts';

/**
 * Has a run wait until it is resumed. Its jobs end at their next step, and a long one within seconds; what is done
 * stays done.
 * @returns the run as it now is; one that has ended stays as it is.
 * @throws AppError `not_found`; `failed_precondition` for a run that has ended, or that no jobs work on.
 */
export async function pauseRun(
  { store, now, log }: IngestPorts,
  runId: RunId,
  reason: Extract<WaitReason, 'paused' | 'stopped'> = 'paused',
): Promise<Run> {
  const since = now();
  await requireJobs(store, runId);
  const run = await store.runs.update(runId, (current) => {
    if (!isActive(current) || current.waiting?.reason === reason) return null;
    const message = messages[reason](current);
    const waiting = { reason, message, since: since.toISOString(), looks: 0, nextLookAt: null };
    return { ...released(current, since), waiting };
  });
  requireActive(run);
  log.info({ event: 'run-paused', runId, reason });
  return run;
}

const messages = {
  paused: ({ runId }: Run) => `somebody paused it: winnow resume ${runId} has it go on`,
  stopped: ({ runId }: Run) =>
    `the process that worked on it was stopped: winnow resume ${runId} or winnow serve goes on with it`,
};

/**
 * Has a run go on that waits for somebody to say so, or look at once at whatever else it waits for. One that waits for
 * its hours does not wait for them any more: who says so wants it now.
 * @param budget what it may spend from now on in all; left out: as before.
 * @returns the run as it now is.
 * @throws AppError `not_found`; `failed_precondition` as {@link pauseRun}.
 */
export async function resumeRun(ports: IngestPorts, runId: RunId, budget?: Budget): Promise<Run> {
  const { store, queue, now, log } = ports;
  await requireJobs(store, runId);
  const run = await store.runs.update(runId, (current) => {
    if (!isActive(current)) return null;
    const resumed = released(withoutClosedWindow(current), now());
    // Jobs of before the pause that are about still are overtaken by these.
    return { ...resumed, chains: freshChains(resumed.chains), ...(budget !== undefined && { budget }) };
  });
  requireActive(run);
  ports.troubles.clear(runId);
  await queue.enqueue(run.state === 'planning' ? [planJob(run)] : workJobs(run, { forgive: true }));
  log.info({ event: 'run-resumed', runId });
  return run;
}

function withoutClosedWindow(run: Run): Run {
  if (run.waiting?.reason !== 'window') return run;
  const { window: _, ...free } = run;
  return free;
}

/** Whether a run waits for somebody. */
export function waitsForSomebody(run: Run): boolean {
  return isActive(run) && isHeld(run);
}

async function requireJobs({ runs }: Pick<Store, 'runs'>, runId: RunId): Promise<void> {
  const run = await runs.get(runId);
  if (run?.kind !== 'restore') return;
  throw new AppError(
    'failed_precondition',
    `run ${runId} restores an archive, and cannot be paused: winnow cancel ${runId} stops it, winnow restore with the same archive goes on with it`,
  );
}

function requireActive(run: Run): void {
  if (isActive(run)) return;
  throw new AppError('failed_precondition', `run ${run.runId} has ended: it is ${run.state}`);
}
