import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { meanOf } from '../metrics/mean-interval.ts';
import { countByBin } from './count-by-bin.ts';
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
  const bars = countByBin(values, bins).filter(({ count }) => count > 0);
  return drawn({
    x: { domain: [0, 1], label },
    y: { grid: true, label: 'queries', tickFormat: wholeNumber },
    marks: [
      Plot.rect(bars, { x1: 'from', x2: 'to', y1: 0, y2: 'count', fill, inset: 0.5 }),
      Plot.ruleX([meanOf(values)], { stroke: emphasis, strokeWidth: 2 }),
      Plot.ruleY([0]),
    ],
  });
}

const bins = 20;

/** There is no half query. */
function wholeNumber(count: number): string {
  return Number.isInteger(count) ? String(count) : '';
}

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
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** A line over time, with an upright for each interval. */
export function timeline(figures: readonly TimedFigure[], label: string): Markup {
  const data = figures.map((figure) => ({ ...figure, at: new Date(figure.at) }));
  return drawn({
    x: { type: 'utc', label: null },
    y: { grid: true, label },
    marks: [
      Plot.ruleX(data, { x: 'at', y1: 'low', y2: 'high', stroke: fill, strokeOpacity: 0.6 }),
      Plot.lineY(data, { x: 'at', y: 'mean', stroke: fill }),
      Plot.dot(data, { x: 'at', y: 'mean', fill, r: 3.5 }),
    ],
  });
}

/** Drawn without a browser, as SVG that stands in a page. */
function drawn(options: Plot.PlotOptions): Markup {
  const { document } = parseHTML('<html><body></body></html>');
  return { html: Plot.plot({ ...size, document, ...options }).outerHTML };
}
