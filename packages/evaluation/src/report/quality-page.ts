import type { QualityResult } from '@winnow/core';
import { qualityDrops } from '../golden/quality-drops.ts';
import { type Charts, loadCharts } from './load-charts.ts';
import { type Markup, markup, page } from './markup.ts';

/**
 * What golden queries came to over time: a plot for each metric and set of golden queries, and all figures.
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
  const metrics = [...new Set(results.flatMap(({ figures }) => figures.map(({ metric }) => metric)))];
  const plots = metrics.map(
    (metric) => markup`<figure>${timeline(figuresOf(results, metric), metric)}</figure>`,
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

function figuresOf(results: readonly QualityResult[], metric: string) {
  return results
    .toReversed()
    .flatMap(({ at, figures }) =>
      figures
        .filter((figure) => figure.metric === metric)
        .map(({ mode, mean, low, high }) => ({ at, series: mode, mean, low, high })),
    );
}
