import { AppError, type Run } from '@winnow/core';
import type { IngestPorts, LanePosition } from '../ports.ts';
import { type RunningRun, targetOf } from '../runs/run-state.ts';
import { from } from '../waiting/with-patience.ts';

/**
 * What a job of a lane works for.
 * @returns a reason where there is nothing to do: the run has ended, or another chain is at work on the lane, as
 * after a reconcile that came too early; else every bundle would be embedded twice.
 * @throws AppError `not_found` where the corpus is gone, which ends the run.
 */
export async function laneTarget(
  ports: IngestPorts,
  run: Run,
  { lane, chain }: LanePosition,
): Promise<RunningRun | { readonly reason: string }> {
  if (run.state !== 'running') return { reason: 'run-ended' };
  if (run.chains[lane] !== chain) return { reason: 'lane-overtaken' };
  const target = await from('index', targetOf(ports, run));
  if (target === null) throw new AppError('not_found', `corpus ${run.corpus} is gone`);
  return target;
}
