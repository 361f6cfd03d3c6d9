import { type Engine, followRun, type RunReport } from '@winnow/engine';
import { printNote } from '../output/print.ts';
import { createRunProgress } from '../output/progress.ts';
import { waitsForSomebody } from './run-outcome.ts';
import { createWaitTeller } from './wait-teller.ts';

/** Running jobs get this long to end after Ctrl-C. */
const graceMs = 5_000;

export interface WorkOptions {
  /** Takes jobs too; false: workers elsewhere do it, and this only follows. */
  readonly work: boolean;
  /** Draws no progress; what the run waits for is said all the same. */
  readonly quiet: boolean;
  readonly signal: AbortSignal;
}

/**
 * Follows a run to its end, and works on it. Trouble that passes is told once and sat out. A run whose budget is used up
 * ends the following, and in embedded mode any that waits for somebody: nobody else can get at it while this process is there.
 * @returns the last report.
 * @throws AppError `canceled` after Ctrl-C; what is done stays done.
 */
export async function workOnRun(
  engine: Engine,
  { run, corpus }: Pick<RunReport, 'run' | 'corpus'>,
  { work, quiet, signal }: WorkOptions,
): Promise<RunReport> {
  const worker = work ? engine.createWorker() : null;
  const progress = createRunProgress(corpus);
  const teller = createWaitTeller(progress.note);
  const isAlone = work && engine.mode === 'embedded';
  let last: RunReport;
  try {
    await worker?.start();
    last = await followRun(
      engine.runs,
      run,
      signal,
      {
        onReport(report) {
          teller.waits(report.waiting);
          if (!quiet) progress.update(report);
        },
        onTrouble: teller.trouble,
      },
      (report) => report.waiting?.reason === 'budget' || (isAlone && waitsForSomebody(report)),
    );
  } catch (thrown) {
    progress.stop();
    if (signal.aborted) {
      const goOn = work ? `\`winnow resume ${run}\` goes on from there` : `run ${run} goes on elsewhere`;
      printNote(`\nstopped: what is indexed stays; ${goOn}`);
    }
    throw thrown;
  } finally {
    progress.stop();
    await worker?.close({ graceMs });
  }
  // What was under way when it began to wait has ended by now.
  return waitsForSomebody(last) ? await engine.runs.show(run) : last;
}
