import type { ParkedJob } from '@winnow/core';
import type { RunReport } from '@winnow/engine';
import { costText } from './cost.ts';
import { countOf, formatCount, formatSeconds } from './figures.ts';
import { formatUsd } from './money.ts';
import { remarksOn } from './run-summary.ts';
import { tableOf } from './table.ts';
import { waitLabel, waitLine } from './wait-text.ts';

/** Where one run is, line by line. */
export function runStatusLines(report: RunReport, now: Date): readonly string[] {
  const { run, kind, corpus, state, progress, documents, chunks } = report;
  return [
    `run ${run} (${kind} of ${corpus}): ${state}, for ${formatSeconds(report.seconds)}`,
    ...waitingLines(report, now),
    ...(report.reason === null ? [] : [`because:   ${report.reason}`]),
    `listed:    ${countOf(progress.listed, 'document')}: ${plannedText(report)}`,
    `documents: ${formatCount(progress.done)} of ${formatCount(progress.total)} done: ${documents.new} new, ` +
      `${documents.changed} changed, ${documents.failed} failed; ${documents.deleted} deleted`,
    `chunks:    ${formatCount(chunks.embedded)} embedded, ${formatCount(chunks.reused)} reused`,
    `speed:     ${speedText(report)}`,
    `money:     ${moneyText(report)}`,
    ...backfillLines(report),
    ...remarksOn(report),
  ];
}

function waitingLines({ waiting }: RunReport, now: Date): readonly string[] {
  if (waiting === null) return [];
  const seconds = (now.getTime() - Date.parse(waiting.since)) / 1_000;
  const next =
    waiting.nextLookAt === null ? 'until somebody has it go on' : `next look at ${waiting.nextLookAt}`;
  return [waitLine(waiting), `           since ${waiting.since} (${formatSeconds(seconds)}), ${next}`];
}

function plannedText({ planned }: RunReport): string {
  const { unchanged, outdated, deleted, unreadable } = planned;
  return `${planned.new} new, ${planned.changed} changed, ${unchanged + outdated} unchanged, ${deleted} deleted, ${unreadable} not to be read`;
}

function speedText({ progress, tokens, state }: RunReport): string {
  const speed = `${countOf(tokens, 'token')}, ${Math.round(progress.tokensPerSecond)} tokens/s`;
  if (state === 'completed' || progress.etaSeconds === null) return speed;
  return `${speed}, ETA ${formatSeconds(progress.etaSeconds)}`;
}

/** What was spent, what the whole run comes to at this rate, and what it may spend. */
function moneyText({ cost, progress, budget, state }: RunReport): string {
  const { done, total } = progress;
  const isUnderWay = state === 'planning' || state === 'running';
  const isTold = isUnderWay && cost.usd > 0 && done > 0 && done < total;
  const expected = isTold ? `, about ${formatUsd((cost.usd / done) * total)} in all` : '';
  const limits = [
    ...(budget?.usd == null ? [] : [formatUsd(budget.usd)]),
    ...(budget?.tokens == null ? [] : [countOf(budget.tokens, 'token')]),
  ];
  return `${costText(cost)}${expected}${limits.length === 0 ? '' : `; budget ${limits.join(' and ')}`}`;
}

function backfillLines({ backfill }: RunReport): readonly string[] {
  if (backfill === null) return [];
  const texts = backfill.batches.reduce((sum, batch) => sum + batch.texts, 0);
  const embedded = backfill.batches.reduce((sum, batch) => sum + batch.embedded, 0);
  const count = `${formatCount(backfill.batches.length)} handed in`;
  return [
    `batches:   ${backfill.state}, ${count}, ${formatCount(embedded)} of ${countOf(texts, 'text')} embedded`,
  ];
}

/** All runs that are under way, and jobs that nobody here can run. */
export function activeRunsText(runs: readonly RunReport[], parked: readonly ParkedJob[]): string {
  const table = tableOf(
    ['run', 'corpus', 'kind', 'state', 'done', 'of', 'waits for', 'cost'],
    runs.map((run) => [
      run.run,
      run.corpus,
      run.kind,
      run.state,
      run.progress.done,
      run.progress.total,
      run.waiting === null ? '' : `${run.waiting.reason}, since ${run.waiting.since}`,
      costText(run.cost),
    ]),
  );
  const waits = runs.flatMap(({ run, waiting }) =>
    waiting === null ? [] : [`${run} waits (${waitLabel(waiting.reason)}): ${waiting.message}`],
  );
  return [runs.length === 0 ? 'no run is under way' : table, ...waits, ...parkedLines(parked)].join('\n');
}

function parkedLines(parked: readonly ParkedJob[]): readonly string[] {
  if (parked.length === 0) return [];
  const [{ name, id, version } = { name: '', id: '', version: null }] = parked;
  const ofVersion = version === null ? '' : ` of version ${version}`;
  return [
    `${countOf(parked.length, 'job')} parked, which only a newer Winnow understands, such as ${name} ${id}${ofVersion}: update the workers`,
  ];
}
