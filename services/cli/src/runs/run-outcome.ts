import { budgetOptionsFor, type RunReport } from '@winnow/engine';
import { exitCodes } from '@winnow/runtime';

/** What a command that followed a run ends with. */
export interface RunOutcome {
  readonly exitCode: number;
  /** Why it is not 0; null where it is. */
  readonly why: string | null;
}

/**
 * What became of a run, for the exit code: no, where it did not come to its end, where nothing of what it took up
 * got in, and where anything is in the inbox while `strict`.
 */
export function outcomeOf(report: RunReport, { strict }: { readonly strict: boolean }): RunOutcome {
  const why = whyNot(report, strict);
  return { exitCode: why === null ? exitCodes.done : exitCodes.no, why };
}

function whyNot(report: RunReport, strict: boolean): string | null {
  const { state, run, reason, documents } = report;
  if (state === 'failed' || state === 'canceled')
    return `run ${run} ${state}: ${reason ?? 'no reason given'}`;
  if (state !== 'completed') return unfinished(report);
  const { failed, stillFailed } = documents;
  if (failed > 0 && documents.new + documents.changed === 0) {
    return failed === 1 ? 'the one document failed' : `all ${failed} documents failed`;
  }
  const inInbox = Math.max(failed, stillFailed ?? 0);
  return strict && inInbox > 0 ? `--strict: ${inInbox} in the inbox` : null;
}

function unfinished({ run, waiting, budget }: RunReport): string {
  const more = waiting?.reason === 'budget' && budget !== null ? ` ${budgetOptionsFor(budget)}` : '';
  const why = waiting === null ? '' : ` (${waiting.reason})`;
  return `run ${run} is not done${why}: winnow resume ${run}${more} has it go on`;
}

/** True of a run that goes on only when somebody says so. */
export function waitsForSomebody({ waiting }: Pick<RunReport, 'waiting'>): boolean {
  return waiting !== null && waiting.nextLookAt === null;
}
