import { setTimeout as wait } from 'node:timers/promises';
import { AppError, type RunState } from '@winnow/core';

/** How often a run's record is read: often in its beginning, since a small run is over soon. */
const pollMs = { least: 25, most: 250 };
/** Between two reads passes no more than this part of the time that the run was followed. */
const share = 1 / 8;
/** And while it cannot be: every store that is away comes back some time. */
const slowPollMs = 2_000;

/** What following a run tells. */
export interface RunFollower<Report> {
  onReport(report: Report): void;
  /** The run cannot be looked at for now; told at each try, with what is in the way. */
  onTrouble?(error: AppError): void;
}

/**
 * Asks for a run's report until the run has ended. Trouble that passes, such as a store that does not answer, is told
 * and sat out: it says nothing about the run.
 * @param isEnd also ends the following, such as of a run that waits for somebody.
 * @throws the signal's reason once it is aborted; what no waiting mends.
 */
export async function followRun<Report extends { readonly state: RunState }>(
  runs: { show(runId: string): Promise<Report> },
  runId: string,
  signal: AbortSignal,
  follower: RunFollower<Report>,
  isEnd: (report: Report) => boolean = () => false,
): Promise<Report> {
  const startedAt = performance.now();
  for (;;) {
    signal.throwIfAborted();
    let pauseMs = pauseAfter(performance.now() - startedAt);
    try {
      const report = await runs.show(runId);
      follower.onReport(report);
      const isActive = report.state === 'planning' || report.state === 'running';
      if (!isActive || isEnd(report)) return report;
    } catch (thrown) {
      signal.throwIfAborted();
      const error = AppError.from(thrown);
      if (!error.retryable && error.code !== 'canceled') throw error;
      follower.onTrouble?.(error);
      pauseMs = slowPollMs;
    }
    await wait(pauseMs, undefined, { signal }).catch(() => {});
  }
}

/** How long to wait before the next read of a run that was followed for so long, both in milliseconds. */
export function pauseAfter(followedMs: number): number {
  return Math.min(pollMs.most, Math.max(pollMs.least, followedMs * share));
}
