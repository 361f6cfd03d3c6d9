import { isWithin, opensAt, type Run } from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { holdRun, pauseLeftMs, released } from './hold-run.ts';

/** Whether a run has hours in which it may work, and these are others. */
export function isClosed({ window }: Pick<Run, 'window'>, now: Date): boolean {
  return window !== undefined && !isWithin(window, now);
}

/** Whether what a run waits for is not to be looked at yet. A wait for its hours goes by the clock as it now is. */
export function isResting(run: Pick<Run, 'waiting' | 'window'>, now: Date): boolean {
  return run.waiting?.reason === 'window' ? isClosed(run, now) : pauseLeftMs(run, now) > 0;
}

/**
 * Has a run wait outside of its hours, without a job that would sleep that long: when they have come, reconcile puts
 * its jobs back.
 * @returns the run as it now is; null while it waits.
 */
export async function withinHours(ports: IngestPorts, run: Run): Promise<Run | null> {
  const now = ports.now();
  const { runId, window, waiting } = run;
  const isWaiting = waiting?.reason === 'window';
  if (window === undefined || !isClosed(run, now)) return isWaiting ? await openAgain(ports, run, now) : run;
  if (isWaiting) return null;
  const opening = opensAt(window, now);
  const hours = `${window.from}-${window.to} in ${window.timeZone}`;
  const message = `its schedule lets it work ${hours}: it goes on at ${opening.toISOString()}, or after winnow resume ${runId}`;
  const retryAfterMs = opening.getTime() - now.getTime();
  await holdRun(ports, runId, { reason: 'window', message, retryAfterMs });
  return null;
}

async function openAgain({ store }: IngestPorts, { runId }: Run, now: Date): Promise<Run> {
  return await store.runs.update(runId, (current) =>
    current.waiting?.reason === 'window' ? released(current, now) : null,
  );
}
