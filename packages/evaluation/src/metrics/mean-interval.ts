import { randomNumbers } from '../random-numbers.ts';

/** A mean over queries with its 95 % confidence interval. */
export interface MeanInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const resamples = 1_000;

/**
 * The mean with the interval that 95 % of resampled means fall into (percentile bootstrap, 1,000 resamples).
 * The random numbers are always the same, so equal values give equal intervals.
 *
 * @param values one per query; none gives 0 with an interval of 0.
 * @see Efron, Tibshirani, An Introduction to the Bootstrap, 1993.
 */
export function meanInterval(values: readonly number[]): MeanInterval {
  if (values.length === 0) return { mean: 0, low: 0, high: 0 };
  const random = randomNumbers(20_261_122);
  const means = Array.from({ length: resamples }, () =>
    meanOf(values.map(() => values[Math.floor(random() * values.length)] ?? 0)),
  ).sort((left, right) => left - right);
  return {
    mean: meanOf(values),
    low: means[Math.floor(0.025 * resamples)] ?? 0,
    high: means[Math.ceil(0.975 * resamples) - 1] ?? 0,
  };
}

/** The arithmetic mean; 0 of nothing. */
export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
