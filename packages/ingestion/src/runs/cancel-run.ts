import { isActive, type Run, type RunId } from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { requireRun } from './require-run.ts';
import { endRun } from './run-state.ts';

/**
 * Ends a run before it is done. What it committed stays; its jobs end at their next step, and what is still
 * pending is adopted by the next run. A run that has ended stays as it is.
 * @returns the run as it now is.
 * @throws AppError `not_found`.
 */
export async function cancelRun(ports: IngestPorts, runId: RunId, reason?: string): Promise<Run> {
  const run = await requireRun(ports.store, runId);
  if (!isActive(run)) return run;
  return await endRun(ports, run, 'canceled', reason === undefined ? {} : { reason });
}
