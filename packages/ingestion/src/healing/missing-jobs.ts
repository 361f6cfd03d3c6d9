import { isActive, type Run } from '@winnow/core';
import { backfillJob, isLaneJob, laneJob, lanes, planJob } from '../lanes/lane.ts';
import type { IngestJob, IngestPorts } from '../ports.ts';
import { completeIfDone } from '../runs/run-state.ts';
import { isHeld } from '../waiting/hold-run.ts';
import { isResting } from '../waiting/run-window.ts';

/**
 * The jobs that an active run should have and does not: its plan, its backfill, or one for each lane that has not
 * come to its end. Closes the run on the way if all have. Puts nothing in.
 * @param unfinished what the queue holds, of all runs.
 */
export async function missingJobs(
  ports: IngestPorts,
  run: Run,
  unfinished: readonly IngestJob[],
): Promise<readonly IngestJob[]> {
  // No job works on a restore: whoever began it does, or begins it again.
  if (run.kind === 'restore') return [];
  if (!isActive(run) || isHeld(run) || isResting(run, ports.now())) return [];
  const own = unfinished.filter(({ payload }) => payload.runId === run.runId);
  if (run.state === 'planning') return own.some(({ name }) => name === 'run.plan') ? [] : [planJob(run)];
  if (run.backfill !== undefined && run.backfill.state !== 'collected') {
    return own.length > 0 ? [] : [backfillJob(run, ports.now().getTime())];
  }
  const working = lanes.filter((lane) => (run.chains[lane] ?? 0) > 0);
  if (working.length === 0) {
    await completeIfDone(ports, run);
    return [];
  }
  return working.flatMap((lane) => {
    const isAlive = own.some(
      (job) => isLaneJob(job) && job.payload.lane === lane && job.payload.chain === run.chains[lane],
    );
    return isAlive ? [] : (laneJob(run, lane) ?? []);
  });
}
