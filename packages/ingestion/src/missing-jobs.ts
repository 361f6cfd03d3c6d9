import type { Run } from '@winnow/core';
import { backfillJob, generationOf, isLaneJob, laneJob, lanes } from './lane.ts';
import type { IngestJob, IngestPorts } from './ports.ts';
import { completeIfDone } from './run-state.ts';

/**
 * The jobs that an active run should have and does not: its plan, its backfill, or one for each lane with pending
 * documents. Closes the run on the way if nothing is pending. Puts nothing in.
 *
 * A lane's fresh job starts at the current time in milliseconds, which is further on than any chain gets by
 * counting its batches: should the old chain still be there after all, it ends at its next batch.
 */
export async function missingJobs(ports: IngestPorts, run: Run): Promise<readonly IngestJob[]> {
  const unfinished = (await ports.queue.unfinished()).filter(({ payload }) => payload.runId === run.runId);
  if (run.state === 'planning') {
    if (unfinished.length > 0) return [];
    return [{ name: 'run.plan', payload: { version: 1, runId: run.runId } }];
  }
  if (run.state !== 'running' || (await completeIfDone(ports, run))) return [];
  if (run.backfill !== undefined && run.backfill.state !== 'collected') {
    return unfinished.length > 0 ? [] : [backfillJob(run, ports.now().getTime())];
  }
  const jobs: IngestJob[] = [];
  for (const lane of lanes) {
    const isAlive = unfinished.some((job) => isLaneJob(job) && job.payload.lane === lane);
    if (!isAlive && (await hasPending(ports, run, lane))) {
      jobs.push(laneJob(run, lane, ports.now().getTime()));
    }
  }
  return jobs;
}

async function hasPending(ports: IngestPorts, run: Run, lane: number): Promise<boolean> {
  const query = { states: ['pending'], runId: run.runId, lane, limit: 1 } as const;
  return (await ports.store.manifest.list(generationOf(run), query)).length > 0;
}
