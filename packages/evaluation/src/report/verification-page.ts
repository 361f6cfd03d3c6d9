import type { Gate } from '@winnow/core';
import type { Noted } from '../gates/coverage.ts';
import type { QueryComparison } from '../verify/compare-queries.ts';
import type { FoundDocument } from '../verify/contestant.ts';
import type { GoldenComparison } from '../verify/measure-golden.ts';
import type { Verification } from '../verify/verify.ts';
import { type Charts, loadCharts } from './load-charts.ts';
import { type Markup, markup, page } from './markup.ts';

/** Queries that are shown with their results. */
const shownQueries = 20;

/**
 * A report for people: the figures of each gate, plots, and the queries whose results changed most with both lists side
 * by side. It holds texts of queries and passages.
 *
 * @returns one HTML page that needs nothing from elsewhere.
 */
export async function verificationPage(verification: Verification): Promise<string> {
  const { corpus, report } = verification;
  const charts = await loadCharts();
  return page(`Generation ${report.generation} of ${corpus}`, [
    summaryOf(verification),
    gatesOf(report.gates),
    documentsOf(verification),
    agreementOf(verification, charts),
    goldenOf(verification, charts),
  ]);
}

function summaryOf({ report, embedders }: Verification): Markup {
  const { passed, comparedWith, generation, at, stateDigest } = report;
  const against =
    comparedWith === generation
      ? markup`which is live`
      : markup`against the live generation ${comparedWith} (${embedders.live})`;
  return markup`<p>${embedders.next}, ${against}. ${verdict(passed)}</p>
<p>Looked at ${at}; state <code>${stateDigest}</code>.</p>
`;
}

function verdict(passed: boolean): Markup {
  return passed ? markup`<span class="passed">Passed</span>` : markup`<span class="failed">Not passed</span>`;
}

function gatesOf(gates: readonly Gate[]): Markup {
  const rows = gates.map(
    ({ name, passed, value, floor, detail }) => markup`<tr>
<td>${name}</td><td>${verdict(passed)}</td><td class="figure">${figure(value)}</td><td class="figure">${figure(floor)}</td><td>${detail}</td>
</tr>
`,
  );
  return markup`<h2>Gates</h2>
<table>
<tr><th>gate</th><th></th><th>value</th><th>at least</th><th>detail</th></tr>
${rows}</table>
`;
}

function figure(value: number | null): string {
  return value === null ? '–' : value.toFixed(4).replace('-', '−');
}

function documentsOf({ coverage }: Verification): Markup {
  const kinds: readonly (readonly [string, Noted])[] = [
    ['without all of their chunks', coverage.partial],
    ['of the live generation, missing here', coverage.missing],
    ['of the live generation, gone from their source', coverage.gone],
    ['of the live generation, failed here', coverage.failed],
    ['came back otherwise when looked up by id', coverage.misread],
    ['with chunks that cannot be found as they should', coverage.broken],
  ];
  const lists = kinds.flatMap(([what, { count, samples }]) =>
    count === 0 ? [] : [notesOf(what, count, samples)],
  );
  return lists.length === 0 ? markup`` : markup`<h2>Documents</h2>\n${lists}`;
}

function notesOf(what: string, count: number, samples: Noted['samples']): Markup {
  const rows = samples.map(
    ({ documentId, detail }) => markup`<tr><td>${documentId}</td><td>${detail}</td></tr>\n`,
  );
  return markup`<h3>${count} ${what}</h3>
<table>${rows}</table>
`;
}

function agreementOf({ comparisons, report, vectors }: Verification, { histogram }: Charts): Markup {
  if (comparisons.length === 0) return markup``;
  const changed = comparisons
    .toSorted((one, other) => one.rankCorrelation - other.rankCorrelation)
    .filter(({ rankCorrelation }) => rankCorrelation < 1);
  return markup`<h2>Agreement</h2>
<div class="plots">
${plotOf('Overlap of the first ten, query by query; the line is the mean.', histogram(overlaps(comparisons), 'overlap@10'))}
${plotOf('Rank-biased overlap of the first ten: 1 is the same order.', histogram(correlations(comparisons), 'rank-biased overlap'))}
${vectors.recalls.length === 0 ? markup`` : plotOf('Part of the nearest ten by exact search that the index finds.', histogram(vectors.recalls, 'recall@10'))}
</div>
<h3>Queries whose results changed most</h3>
${changed.length === 0 ? markup`<p>None changed.</p>` : changed.slice(0, shownQueries).map((each) => sidesOf(each, report))}
`;
}

const overlaps = (comparisons: readonly QueryComparison[]) => comparisons.map(({ overlap }) => overlap);
const correlations = (comparisons: readonly QueryComparison[]) =>
  comparisons.map(({ rankCorrelation }) => rankCorrelation);

function plotOf(caption: string, chart: Markup): Markup {
  return markup`<figure>${chart}<figcaption>${caption}</figcaption></figure>`;
}

function goldenOf({ golden, differences, report }: Verification, { scatter }: Charts): Markup {
  if (golden.length === 0) return markup``;
  const rows = differences.map(
    ({ mode, metric, live, next, difference }) => markup`<tr>
<td>${mode}</td><td>${metric}</td><td class="figure">${figure(live)}</td><td class="figure">${figure(next)}</td>
<td class="figure">${figure(difference.mean)}</td><td class="figure">${figure(difference.low)} to ${figure(difference.high)}</td>
</tr>
`,
  );
  const points = golden.map(({ figures }) => ({ x: figures.live['ndcg@10'], y: figures.next['ndcg@10'] }));
  const fallen = golden
    .filter((each) => differenceOf(each) < 0)
    .toSorted((one, other) => differenceOf(one) - differenceOf(other));
  return markup`<h2>Golden queries</h2>
<table>
<tr><th>mode</th><th>metric</th><th>live</th><th>new</th><th>difference</th><th>95 % interval</th></tr>
${rows}</table>
<div class="plots">
${plotOf('nDCG@10 of each golden query, searched as users do: below the line the new generation is worse.', scatter(points, { x: 'live', y: 'new' }))}
</div>
<h3>Golden queries that fell most</h3>
${fallen.length === 0 ? markup`<p>None fell.</p>` : fallen.slice(0, shownQueries).map((each) => sidesOf(each, report, goldenNote(each)))}
`;
}

function differenceOf({ figures }: GoldenComparison): number {
  return figures.next['ndcg@10'] - figures.live['ndcg@10'];
}

function goldenNote({ figures }: GoldenComparison): string {
  return `nDCG@10 ${figures.live['ndcg@10'].toFixed(3)} → ${figures.next['ndcg@10'].toFixed(3)}`;
}

/** A query with what both generations find; what only one of them finds stands out. */
function sidesOf(
  { query, live, next, overlap, rankCorrelation }: QueryComparison,
  { generation, comparedWith }: Verification['report'],
  note = `overlap ${overlap.toFixed(2)}, order ${rankCorrelation.toFixed(2)}`,
): Markup {
  return markup`<details open>
<summary>${query} <span class="figure">${note}</span></summary>
<div class="sides">
<div><h3>live: generation ${comparedWith}</h3>${resultsOf(live, next)}</div>
<div><h3>new: generation ${generation}</h3>${resultsOf(next, live)}</div>
</div>
</details>
`;
}

function resultsOf(results: readonly FoundDocument[], others: readonly FoundDocument[]): Markup {
  if (results.length === 0) return markup`<p>nothing found</p>`;
  const known = new Set(others.map(({ documentId }) => documentId));
  return markup`<ol>${results.map(
    ({ documentId, title, text }) =>
      markup`<li${known.has(documentId) ? markup`` : markup` class="only"`}>${title === '' ? documentId : title}
<span class="passage"><code>${documentId}</code> ${text}</span></li>`,
  )}</ol>`;
}
