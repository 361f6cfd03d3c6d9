import type { RunReport } from '@winnow/engine';
import { print, printJson, printNote } from '../output/print.ts';
import { remarksOn, summaryOf } from '../output/run-summary.ts';
import { outcomeOf } from './run-outcome.ts';

/** Prints what a run came to, and sets the exit code by it. */
export function finishRun(
  report: RunReport,
  {
    json = false,
    strict = false,
  }: { readonly json?: boolean | undefined; readonly strict?: boolean | undefined },
): void {
  const { exitCode, why } = outcomeOf(report, { strict });
  if (json) printJson(withoutProgress(report));
  else print(summaryOf(report));
  for (const remark of remarksOn(report)) printNote(remark);
  if (why !== null) printNote(why);
  process.exitCode ??= exitCode;
}

function withoutProgress({ progress: _, ...rest }: RunReport): Omit<RunReport, 'progress'> {
  return rest;
}
