import type { Run, RunId } from '@winnow/core';
import type { IngestPorts } from './ports.ts';
import { isActive } from './run-state.ts';

/**
 * Ends a run before it is done. What it committed stays; its jobs end at their next step, and what is still
 * pending is adopted by the next run. A run that has ended stays as it is.
 * @returns the run as it now is.
 * @throws AppError `not_found`.
 */
export async function cancelRun({ store, now, log }: IngestPorts, runId: RunId): Promise<Run> {
  const finishedAt = now().toISOString();
  const run = await store.runs.update(runId, (current) =>
    isActive(current) ? { ...current, state: 'canceled', finishedAt } : null,
  );
  log.info({ event: 'run-canceled', runId, state: run.state });
  return run;
}
