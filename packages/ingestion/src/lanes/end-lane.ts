import { type Run, runRef } from '@winnow/core';
import type { IngestJob, IngestPorts, LanePosition } from '../ports.ts';
import { completeIfDone } from '../runs/run-state.ts';
import { backfillJob, freshChains, laneJob, laneJobs } from './lane.ts';

/**
 * Notes that a lane has nothing left to do, and closes the run with its last one. Should something be pending after
 * all, as after a worker that came late, the lanes begin once more.
 * @returns the jobs that follow.
 */
export async function endLane(
  ports: IngestPorts,
  { runId }: Run,
  position: LanePosition,
): Promise<readonly IngestJob[]> {
  const { lane, chain } = position;
  const run = await ports.store.runs.update(runId, (current) => {
    if (current.state !== 'running' || current.chains[lane] !== chain) return null;
    return { ...current, chains: current.chains.map((each, at) => (at === lane ? -each : each)) };
  });
  if (run.state !== 'running') return [];
  if (isWorking(run)) return run.kind === 'push' ? await revived(ports, run, lane) : [];
  if (await completeIfDone(ports, run)) return [];
  const batches = await batchesAgain(ports, run, position);
  if (batches.length > 0) return batches;
  const again = await ports.store.runs.update(runId, (current) => {
    if (current.state !== 'running' || isWorking(current)) return null;
    // Further on than the chains before, whose jobs may be about still.
    return { ...current, chains: current.chains.map((each) => Math.abs(each) + 1) };
  });
  return laneJobs(again);
}

/**
 * Ends a lane of which documents are left that cannot be read, unless it is the last one at work.
 * @returns false where it is: it has to wait for them.
 */
export async function leaveLane(
  ports: IngestPorts,
  { runId }: Run,
  { lane, chain }: LanePosition,
): Promise<boolean> {
  let isLast = false;
  await ports.store.runs.update(runId, (current) => {
    isLast = false;
    if (current.state !== 'running' || current.chains[lane] !== chain) return null;
    const chains = current.chains.map((each, at) => (at === lane ? -each : each));
    isLast = !isWorking({ chains });
    return isLast ? null : { ...current, chains };
  });
  return !isLast;
}

/**
 * Has texts put together once more for batches, where sources did not answer when that was done and no other lane is at
 * work. The lanes begin once more after it.
 * @returns the job that follows; none where no batches are owed.
 */
export async function batchesAgain(
  { store }: IngestPorts,
  { runId }: Run,
  { lane, chain }: LanePosition,
): Promise<readonly IngestJob[]> {
  let isOurs = false;
  const run = await store.runs.update(runId, (current) => {
    isOurs = false;
    const { state, chains, backfill } = current;
    if (state !== 'running' || backfill?.state !== 'collected' || backfill.away === undefined) return null;
    isOurs = chains.every((each, at) => (at === lane ? Math.abs(each) === chain : each <= 0));
    if (!isOurs) return null;
    const { away: _, ...rest } = backfill;
    return {
      ...current,
      chains: freshChains(chains.map(Math.abs)),
      backfill: { ...rest, state: 'submitting' },
    };
  });
  return isOurs ? [backfillJob(run, 0)] : [];
}

/**
 * Has the lanes begin once more that ended while documents of theirs could not be read.
 * @returns the jobs that follow.
 */
export async function reviveLanes(ports: IngestPorts, { runId }: Run): Promise<readonly IngestJob[]> {
  const revived = new Set<number>();
  const run = await ports.store.runs.update(runId, (current) => {
    revived.clear();
    if (current.state !== 'running') return null;
    const chains = current.chains.map((chain, lane) => {
      if (chain > 0) return chain;
      revived.add(lane);
      return Math.abs(chain) + 1;
    });
    return revived.size === 0 ? null : { ...current, chains };
  });
  return [...revived].flatMap((lane) => laneJob(run, lane) ?? []);
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

function isWorking({ chains }: Pick<Run, 'chains'>): boolean {
  return chains.some((chain) => chain > 0);
}
