import { type Run, runRef } from '@winnow/core';
import type { IngestJob, IngestPorts, LanePosition } from '../ports.ts';
import { completeIfDone } from '../runs/run-state.ts';
import { laneJob, laneJobs } from './lane.ts';

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
  if (run.state !== 'running') return [];
  if (isWorking(run)) return run.kind === 'push' ? await revived(ports, run, lane) : [];
  if (await completeIfDone(ports, run)) return [];
  const again = await ports.store.runs.update(runId, (current) => {
    if (current.state !== 'running' || isWorking(current)) return null;
    // Further on than the chains before, whose jobs may be about still.
    return { ...current, chains: current.chains.map((each) => Math.abs(each) + 1) };
  });
  return laneJobs(again);
}

/** What was pushed between a lane's last look and its end would wait for the other lanes: it begins once more. */
async function revived(ports: IngestPorts, run: Run, lane: number): Promise<readonly IngestJob[]> {
  const query = { states: ['pending'], runId: run.runId, lane, limit: 1 } as const;
  const pending = await ports.store.manifest.list(runRef(run), query);
  if (pending.length === 0) return [];
  const ended = run.chains[lane];
  const again = await ports.store.runs.update(run.runId, (current) => {
    if (current.state !== 'running' || current.chains[lane] !== ended) return null;
    const chains = current.chains.map((each, at) => (at === lane ? Math.abs(each) + 1 : each));
    return { ...current, chains };
  });
  if (again.chains[lane] !== Math.abs(ended ?? 0) + 1) return [];
  return [laneJob(again, lane)].filter((job) => job !== null);
}

function isWorking({ chains }: Run): boolean {
  return chains.some((chain) => chain > 0);
}
