import { type AppError, assertNever, type JobDefinition } from '@winnow/core';

/** What becomes of a job whose handler threw. */
export type Decision =
  /** No retry mends it, or the tries are spent. */
  | { readonly kind: 'give-up' }
  /** Try again after `delayMs`; the failed try counts. */
  | { readonly kind: 'retry'; readonly delayMs: number }
  /** Nobody runs this job for `delayMs`; the try does not count. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** Back to wait, for another worker; the try does not count. */
  | { readonly kind: 'requeue' };

export interface Situation {
  /** The try that failed, counted from 1. */
  readonly attempt: number;
  /** How often the job was put off before. */
  readonly delays: number;
  /**
   * The try failed for a reason that lies outside the job: it was aborted (a forced shutdown, or its lock
   * went to another worker), or the queue did not take what follows it.
   */
  readonly blameless: boolean;
}

/** A wait between two tries never exceeds this, so that a long outage is noticed to be over. */
export const longestBackoffMs = 600_000;

/** A job is never put off for longer, even when the other side asks for more: then it is asked again. */
export const longestDelayMs = 900_000;

/** Delays for a `resource_exhausted` that does not say how long, by how many came before. */
const delayStepsMs = [10_000, 20_000, 40_000, 60_000] as const;

/**
 * The one table of errors and retries. A blameless job goes back to wait whatever it threw, since libraries
 * answer an abort with errors of many kinds; a real fault shows again on the next try.
 *
 * @param random in [0, 1); the jitter.
 */
export function decide(
  error: AppError,
  situation: Situation,
  definition: Pick<JobDefinition<unknown>, 'attempts' | 'backoffMs'>,
  random: () => number = Math.random,
): Decision {
  if (situation.blameless) return { kind: 'requeue' };
  switch (error.code) {
    case 'invalid_argument':
    case 'not_found':
    case 'failed_precondition':
    case 'internal':
      return { kind: 'give-up' };
    case 'resource_exhausted':
      return { kind: 'delay', delayMs: delayMsOf(error, situation.delays) };
    case 'unavailable':
    case 'deadline_exceeded':
    case 'canceled':
      if (situation.attempt >= definition.attempts) return { kind: 'give-up' };
      return { kind: 'retry', delayMs: backoffMsOf(situation.attempt, definition.backoffMs, random) };
    default:
      return assertNever(error.code);
  }
}

/**
 * Exponential with jitter 0.5: between half of and the full `backoffMs` · 2^(attempt − 1), so that jobs
 * that failed together do not come back together. At most `longestBackoffMs`.
 *
 * @param attempt the try that failed, counted from 1.
 */
export function backoffMsOf(attempt: number, backoffMs: number, random: () => number = Math.random): number {
  const doublings = Math.min(attempt - 1, maxDoublings);
  const full = Math.min(backoffMs * 2 ** doublings, longestBackoffMs);
  return Math.round(full * (1 - 0.5 * random()));
}

/**
 * How long a job of a later version is put off before it is looked at again. Short at first: old and new workers may
 * be here together, and a new one is to get it before long.
 *
 * @param delays how often it was put off before.
 */
export function parkedMsOf(delays: number): number {
  return parkedStepsMs[delays] ?? longestParkedMs;
}

const parkedStepsMs = [1_000, 4_000, 15_000] as const;
const longestParkedMs = 60_000;

/** More would only reach the longest wait again, and in the end infinity. */
const maxDoublings = 30;

function delayMsOf(error: AppError, delays: number): number {
  const step = delayStepsMs[Math.min(delays, delayStepsMs.length - 1)] ?? longestDelayMs;
  return Math.max(1, Math.ceil(Math.min(error.retryAfterMs ?? step, longestDelayMs)));
}
