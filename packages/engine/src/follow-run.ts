import { setTimeout as wait } from 'node:timers/promises';
import type { RunState } from '@winnow/core';

/** How often the manifest is asked how far a run is. */
const pollMs = 250;

/** Asks for a run's report until the run has ended. @throws the signal's reason once it is aborted. */
export async function followRun<Report extends { readonly state: RunState }>(
  runs: { showRun(runId: string): Promise<Report> },
  runId: string,
  signal: AbortSignal,
  onReport: (report: Report) => void,
): Promise<Report> {
  for (;;) {
    signal.throwIfAborted();
    const report = await runs.showRun(runId);
    onReport(report);
    if (report.state !== 'planning' && report.state !== 'running') return report;
    await wait(pollMs, undefined, { signal }).catch(() => {});
  }
}
