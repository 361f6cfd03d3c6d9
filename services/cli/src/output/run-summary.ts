import type { RunReport } from '@winnow/engine';
import { costText } from './cost.ts';
import { countOf, formatCount, formatSeconds, someOf } from './figures.ts';

/** One sentence on what a run did. */
export function summaryOf(report: RunReport): string {
  const { documents, chunks, cost } = report;
  return (
    `run ${report.run} ${report.state} in ${report.seconds.toFixed(1)} s: ` +
    `${documents.new} new, ${documents.changed} changed, ${documents.unchanged} unchanged, ` +
    `${documents.deleted} deleted, ${documents.failed} failed documents; ` +
    `${countOf(chunks.embedded, 'chunk')} embedded, ${chunks.reused} reused, ${countOf(report.modelCalls, 'model call')}, ${costText(cost)}`
  );
}

/** Places or documents that are named; the rest is counted. */
const named = 5;

/** What its reader has to know of a run besides: what was not done, and what to do about it. */
export function remarksOn(report: RunReport): readonly string[] {
  return [
    ...uncoveredRemarks(report),
    ...withheldRemarks(report),
    ...leftOutRemarks(report),
    ...inboxRemarks(report),
    ...waitedRemarks(report),
  ];
}

function uncoveredRemarks({ uncovered }: RunReport): readonly string[] {
  const shown = uncovered.slice(0, named).map(uncoveredText);
  if (uncovered.length <= named) return shown;
  return [...shown, `and ${countOf(uncovered.length - named, 'more place')} that could not be looked into`];
}

/** One place that nobody could look into, and what that means. */
export function uncoveredText({ prefix, sourceId, reason }: RunReport['uncovered'][number]): string {
  const place = prefix === '' ? `the source ${sourceId}` : prefix;
  return `warning: ${place} could not be looked into, so that nothing there is deleted: ${reason}`;
}

function withheldRemarks({ deletions: { withheld, limit }, corpus }: RunReport): readonly string[] {
  if (withheld === 0) return [];
  return [
    `warning: ${withheldText(withheld, limit)}. To let them go: winnow ingest ${corpus} --approve-deletions ${withheld}`,
  ];
}

/** Deletions that a guard holds back, and why. */
export function withheldText(withheld: number, limit: number | null): string {
  const above = limit === null ? '' : `, as that is more than the limit of ${formatCount(limit)}`;
  const are = withheld === 1 ? 'is' : 'are';
  return `${countOf(withheld, 'document')} that ${are} no longer at the source ${are} kept${above}`;
}

function leftOutRemarks({ bound }: RunReport): readonly string[] {
  if (bound === null || bound.leftOut === 0) return [];
  const { leftOut, samples } = bound;
  const verb = leftOut === 1 ? 'differs' : 'differ';
  return [
    `warning: ${countOf(leftOut, 'document')} ${verb} from the plan by now, and stayed out: ${someOf(samples, named, leftOut)}`,
  ];
}

function inboxRemarks({ documents: { failed, stillFailed }, corpus }: RunReport): readonly string[] {
  const inInbox = stillFailed ?? failed;
  if (inInbox === 0) return [];
  const lately = failed > 0 && failed < inInbox ? `, ${formatCount(failed)} of them since this run` : '';
  const verb = inInbox === 1 ? 'is' : 'are';
  return [
    `${countOf(inInbox, 'document')} ${verb} in the inbox${lately}; winnow inbox ${corpus} says why, winnow inbox retry ${corpus} --all tries again`,
  ];
}

function waitedRemarks({ waited }: RunReport): readonly string[] {
  if (waited.length === 0) return [];
  const parts = waited.map(({ reason, seconds }) => `${formatSeconds(seconds)} for ${reason}`);
  return [`it waited ${parts.join(', ')}`];
}
