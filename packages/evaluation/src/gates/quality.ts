import type { Gate } from '@winnow/core';
import { type MeanInterval, meanInterval, meanOf } from '../metrics/mean-interval.ts';

/** Ways of searching in which generations are compared: as users search, and by vectors alone, where a model shows. */
export const comparedModes = ['hybrid', 'dense'] as const;
export type ComparedMode = (typeof comparedModes)[number];

const comparedMetrics = ['ndcg@10', 'recall@100'] as const;
type ComparedMetric = (typeof comparedMetrics)[number];

/** Of one ranking, each 0–1. */
export type RankingFigures = Readonly<Record<ComparedMetric, number>>;

/** One golden query in both generations. */
export interface FigurePair {
  readonly live: RankingFigures;
  readonly next: RankingFigures;
}

export type MeasuredQuality = Readonly<Record<ComparedMode, readonly FigurePair[]>>;

/** A metric of both generations, and the difference query by query. */
export interface QualityDifference {
  readonly mode: ComparedMode;
  readonly metric: ComparedMetric;
  readonly live: number;
  readonly next: number;
  /** New − live, with the 95 % interval of the mean over queries. */
  readonly difference: MeanInterval;
}

export function qualityDifferences(measured: MeasuredQuality): readonly QualityDifference[] {
  return comparedModes.flatMap((mode) =>
    comparedMetrics.map((metric) => {
      const pairs = measured[mode];
      return {
        mode,
        metric,
        live: meanOf(pairs.map(({ live }) => live[metric])),
        next: meanOf(pairs.map(({ next }) => next[metric])),
        difference: meanInterval(pairs.map(({ live, next }) => next[metric] - live[metric])),
      };
    }),
  );
}

/** Below this many queries the interval is too sure of itself. */
const fewQueries = 30;

/**
 * Whether a generation is no worse than the live one, by more than the margin: the lower end of the interval of the
 * paired difference is not below −margin. Each mode and metric has to be: where one is worse, the others do not
 * make up for it.
 *
 * @param options.margin 0–1.
 * @param options.origin what was asked, in words.
 * @returns value: that lower end, −1…1.
 * @see Committee for Proprietary Medicinal Products, Points to consider on switching between superiority and
 * non-inferiority, 2000; Sakai, Laboratory Experiments in Information Retrieval, 2018, on paired tests over queries.
 */
export function qualityGates(
  differences: readonly QualityDifference[],
  { margin, queries, origin }: { readonly margin: number; readonly queries: number; readonly origin: string },
): readonly Gate[] {
  return differences.map(({ mode, metric, live, next, difference }) => ({
    name: `quality ${mode} ${metric}`,
    // −0.02 and what rounding makes of it are the same margin.
    passed: difference.low >= -margin - 1e-12,
    value: difference.low,
    floor: -margin,
    detail: `${live.toFixed(4)} → ${next.toFixed(4)}: ${signed(difference.mean)}, 95 % interval ${signed(difference.low)} to ${signed(difference.high)} over ${queries} ${origin}${queries < fewQueries ? ': too few to be sure' : ''}`,
  }));
}

/** Where the corpus has no golden queries. */
export function qualityNotMeasured(corpus: string): Gate {
  return {
    name: 'quality',
    passed: true,
    value: null,
    floor: null,
    detail: `not measured: the corpus has no golden queries; winnow golden set ${corpus} PATH sets them`,
  };
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}
