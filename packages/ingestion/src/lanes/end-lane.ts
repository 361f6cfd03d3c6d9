import type { Run } from '@winnow/core';
import type { IngestJob, IngestPorts, LanePosition } from '../ports.ts';
import { completeIfDone } from '../runs/run-state.ts';
import { laneJobs } from './lane.ts';

/**
 * Notes that a lane has nothing left to do, and closes the run with its last one. Should something be pending after
 * all, as after a worker that came late, the lanes begin once more.
 * @returns the jobs that follow.
 */
export async function endLane(
  ports: IngestPorts,
  { runId }: Run,
  { lane, chain }: LanePosition,
): Promise<readonly IngestJob[]> {
  const run = await ports.store.runs.update(runId, (current) => {
    if (current.state !== 'running' || current.chains[lane] !== chain) return null;
    return { ...current, chains: current.chains.map((each, at) => (at === lane ? -each : each)) };
  });
  if (run.state !== 'running' || isWorking(run)) return [];
  if (await completeIfDone(ports, run)) return [];
  const again = await ports.store.runs.update(runId, (current) => {
    if (current.state !== 'running' || isWorking(current)) return null;
    // Further on than the chains before, whose jobs may be about still.
    return { ...current, chains: current.chains.map((each) => Math.abs(each) + 1) };
  });
  return laneJobs(again);
}

function isWorking({ chains }: Run): boolean {
  return chains.some((chain) => chain > 0);
}
