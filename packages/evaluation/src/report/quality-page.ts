import type { QualityResult } from '@winnow/core';
import { qualityDrops } from '../golden/quality-drops.ts';
import { type Charts, loadCharts } from './load-charts.ts';
import { type Markup, markup, page } from './markup.ts';

/**
 * What golden queries came to over time: a plot for each mode and metric of each set of golden queries, and all figures.
 *
 * @param results newest first.
 * @returns one HTML page that needs nothing from elsewhere.
 */
export async function qualityPage(corpus: string, results: readonly QualityResult[]): Promise<string> {
  const charts = await loadCharts();
  const warnings = qualityDrops(results).map(
    ({ mode, metric, before, now, beforeAt }) =>
      markup`<p class="failed">${mode} ${metric} fell to ${now.mean.toFixed(4)}, below ${before.low.toFixed(4)}–${before.high.toFixed(4)} of ${beforeAt}.</p>`,
  );
  const sets = [...Map.groupBy(results, ({ goldenDigest }) => goldenDigest)];
  return page(`Quality of ${corpus}`, [
    ...warnings,
    ...sets.map(([digest, ofSet]) => sectionOf(digest, ofSet, charts)),
  ]);
}

function sectionOf(digest: string, results: readonly QualityResult[], { timeline }: Charts): Markup {
  const plots = seriesOf(results).map(
    ({ mode, metric, figures }) =>
      markup`<figure>${timeline(figures, metric)}<figcaption>${mode} ${metric} with its 95 % interval</figcaption></figure>`,
  );
  const rows = results.flatMap(({ at, generation, queries, figures }) =>
    figures.map(
      ({ mode, metric, mean, low, high }) => markup`<tr>
<td>${at}</td><td class="figure">${generation}</td><td class="figure">${queries}</td><td>${mode}</td><td>${metric}</td>
<td class="figure">${mean.toFixed(4)}</td><td class="figure">${low.toFixed(4)}–${high.toFixed(4)}</td>
</tr>
`,
    ),
  );
  return markup`<h2>Golden queries ${digest.slice(0, 8)}</h2>
<div class="plots">${plots}</div>
<table>
<tr><th>at</th><th>generation</th><th>queries</th><th>mode</th><th>metric</th><th>mean</th><th>95 % interval</th></tr>
${rows}</table>
`;
}

/** The figures of each mode and metric, oldest first. */
function seriesOf(results: readonly QualityResult[]) {
  const all = results.toReversed().flatMap(({ at, figures }) => figures.map((figure) => ({ ...figure, at })));
  return [...Map.groupBy(all, ({ mode, metric }) => `${mode} ${metric}`).values()].flatMap((figures) => {
    const [first] = figures;
    return first === undefined ? [] : [{ mode: first.mode, metric: first.metric, figures }];
  });
}
