import { setTimeout as wait } from 'node:timers/promises';
import type { Engine, RunReport } from './engine.ts';

/** How often the manifest is asked how far a run is. */
const pollMs = 250;

/** Asks for a run's report until the run has ended. @throws the signal's reason once it is aborted. */
export async function followRun(
  engine: Pick<Engine, 'showRun'>,
  runId: string,
  signal: AbortSignal,
  onReport: (report: RunReport) => void,
): Promise<RunReport> {
  for (;;) {
    signal.throwIfAborted();
    const report = await engine.showRun(runId);
    onReport(report);
    if (report.state !== 'planning' && report.state !== 'running') return report;
    await wait(pollMs, undefined, { signal }).catch(() => {});
  }
}
