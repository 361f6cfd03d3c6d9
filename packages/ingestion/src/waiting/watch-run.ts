import { setInterval } from 'node:timers/promises';
import { AppError, isActive, type RunId } from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { isHeld } from './hold-run.ts';
import { isClosed } from './run-window.ts';
import { putOff } from './with-patience.ts';

/** How often a run is looked at while a long piece of its work is under way. */
const watchMs = 1_000;

/**
 * Does work that is stopped soon after its run is paused or ended, or its hours are over.
 * @throws AppError that puts the job off: when it comes up again it finds what became of the run.
 */
export async function watchedRun<Result>(
  { store, now }: Pick<IngestPorts, 'store' | 'now'>,
  runId: RunId,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stopped = new AbortController();
  const done = new AbortController();
  void watch();
  try {
    return await work(AbortSignal.any([signal, stopped.signal]));
  } catch (thrown) {
    signal.throwIfAborted();
    if (stopped.signal.aborted) throw putOff('the run was stopped', 1);
    throw thrown;
  } finally {
    done.abort();
  }

  async function watch(): Promise<void> {
    const ticks = setInterval(watchMs, undefined, { signal: done.signal, ref: false });
    try {
      for await (const _ of ticks) {
        const run = await store.runs.get(runId).catch(() => undefined);
        if (run === undefined) continue;
        if (run !== null && isActive(run) && !isHeld(run) && !isClosed(run, now())) continue;
        stopped.abort(new AppError('canceled', 'the run was stopped'));
        return;
      }
    } catch {
      // The work is over.
    }
  }
}
