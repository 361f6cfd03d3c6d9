import type { CorpusPlan } from '@winnow/engine';
import { countOf, formatCount, formatSeconds, someOf } from './figures.ts';
import { formatUsd } from './money.ts';
import { uncoveredText, withheldText } from './run-summary.ts';
import { tableOf } from './table.ts';

/** Documents that are named of each kind. */
const named = 3;
/** Places that are named. */
const namedPlaces = 5;

type Change = keyof CorpusPlan['samples'];

const changes: readonly (readonly [Change, string])[] = [
  ['new', 'new'],
  ['changed', 'changed'],
  ['outdated', 'made anew'],
  ['deleted', 'deleted'],
  ['unreadable', 'not to be read'],
];

/** A plan for the person who decides about it. */
export function planText(plan: CorpusPlan): string {
  const { chunks, tokens, estimatedSeconds } = plan;
  const time = estimatedSeconds === null ? 'not known' : `about ${formatSeconds(estimatedSeconds)}`;
  return [
    tableOf(['change', 'documents', 'such as'], rowsOf(plan)),
    `embed:  ${countOf(chunks.toEmbed, 'chunk')}, ${countOf(tokens, 'token')}; ${countOf(chunks.reusable, 'chunk')} reusable`,
    `cost:   ${priceText(plan)}`,
    `time:   ${time}`,
    `digest: ${plan.digest}`,
    ...remarks(plan),
  ].join('\n');
}

function rowsOf({ documents, samples, remake }: CorpusPlan): readonly (string | number)[][] {
  const rows = changes
    .filter(([change]) => change !== 'outdated' || remake)
    .map(([change, word]) => [word, documents[change], someOf(samples[change], named, documents[change])]);
  const unchanged = documents.unchanged + (remake ? 0 : documents.outdated);
  return [...rows, ['unchanged', unchanged, '']];
}

/** What embedding would cost, and by which list. */
function priceText({ cost: { usd, model, priceDate } }: Pick<CorpusPlan, 'cost'>): string {
  if (usd === null) return `not known: no price of ${model} is listed; WINNOW_PRICES gives it one`;
  const by = priceDate === null ? '' : `, by the price of ${priceDate}`;
  return `${formatUsd(usd)} (${model}${by})`;
}

function remarks(plan: CorpusPlan): readonly string[] {
  const { documents, deletions, uncovered, corpus, remake } = plan;
  const lines = uncovered.slice(0, namedPlaces).map(uncoveredText);
  if (uncovered.length > namedPlaces) {
    lines.push(
      `and ${formatCount(uncovered.length - namedPlaces)} more places that could not be looked into`,
    );
  }
  if (deletions.withheld > 0) {
    const approval = `winnow ingest ${corpus} --approve-deletions ${deletions.count}`;
    lines.push(`warning: ${withheldText(deletions.withheld, deletions.limit)}. To let them go: ${approval}`);
  }
  if (documents.outdated > 0 && !remake) {
    lines.push(
      `${countOf(documents.outdated, 'document')} would be made anew by a newer parser, chunker or analysis: --remake`,
    );
  }
  return lines;
}
