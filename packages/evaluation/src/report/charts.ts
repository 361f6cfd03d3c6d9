import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Markup } from './markup.ts';

const size = { width: 460, height: 220, marginLeft: 48, marginBottom: 40 } as const;
const fill = '#4a78b5';
const emphasis = '#c4562f';

/**
 * How often each value occurs.
 * @param values 0–1.
 * @param label of the axis below.
 */
export function histogram(values: readonly number[], label: string): Markup {
  const data = values.map((value) => ({ value: Math.min(1, Math.max(0, value)) }));
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return drawn({
    x: { domain: [0, 1], label },
    y: { grid: true, label: 'queries' },
    marks: [
      // The last bin holds 1 as well, where most values are.
      Plot.rectY(data, { ...Plot.binX({ y: 'count' }, { x: 'value', thresholds: bins }), fill }),
      Plot.ruleX([mean], { stroke: emphasis, strokeWidth: 2 }),
      Plot.ruleY([0]),
    ],
  });
}

const bins = Array.from({ length: 20 }, (_, at) => at / 20);

/** A point of a plane, each 0–1. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** One figure against another, query by query: on the line they are the same. */
export function scatter(
  points: readonly Point[],
  labels: { readonly x: string; readonly y: string },
): Markup {
  return drawn({
    x: { domain: [0, 1], label: labels.x, grid: true },
    y: { domain: [0, 1], label: labels.y, grid: true },
    marks: [
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: emphasis, strokeDasharray: '4 3' },
      ),
      Plot.dot(points, { x: 'x', y: 'y', r: 3, fill, fillOpacity: 0.45 }),
    ],
  });
}

/** A mean over time with its interval. */
export interface TimedFigure {
  /** ISO 8601. */
  readonly at: string;
  /** Which line it belongs to. */
  readonly series: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** A line for each series over time, with an upright for each interval. */
export function timeline(figures: readonly TimedFigure[], label: string): Markup {
  const data = figures.map((figure) => ({ ...figure, at: new Date(figure.at) }));
  return drawn({
    width: 900,
    x: { type: 'utc', label: null },
    y: { grid: true, label },
    color: { domain: [...new Set(figures.map(({ series }) => series))] },
    marginRight: 90,
    marks: [
      Plot.ruleX(data, { x: 'at', y1: 'low', y2: 'high', stroke: 'series' }),
      Plot.lineY(data, { x: 'at', y: 'mean', z: 'series', stroke: 'series' }),
      Plot.dot(data, { x: 'at', y: 'mean', fill: 'series', r: 3.5 }),
      Plot.text(
        data,
        Plot.selectLast({
          x: 'at',
          y: 'mean',
          z: 'series',
          text: 'series',
          fill: 'series',
          textAnchor: 'start',
          dx: 8,
        }),
      ),
    ],
  });
}

/** Drawn without a browser, as SVG that stands in a page. */
function drawn(options: Plot.PlotOptions): Markup {
  const { document } = parseHTML('<html><body></body></html>');
  return { html: Plot.plot({ ...size, document, ...options }).outerHTML };
}
