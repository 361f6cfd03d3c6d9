import type { RateLimitTuning } from '@winnow/core';

/** What was admitted in a stretch of time. */
export interface LogBucket {
  /** The stretch begins at `index` · `bucketMs`. */
  readonly index: number;
  requests: number;
  tokens: number;
  /** Of the requests, those that the provider refused. */
  refused: number;
}

/** The buckets of the last window, oldest first; none is empty. */
export type CallLog = LogBucket[];

export type Counted = 'requests' | 'tokens' | 'refused';

/** Drops the buckets whose calls have left every window of the provider's. */
export function forgetOld(log: CallLog, nowMs: number, tuning: RateLimitTuning): void {
  let old = 0;
  for (const bucket of log) {
    if (leavesAt(bucket, tuning) > nowMs) break;
    old++;
  }
  log.splice(0, old);
}

/** The bucket for calls of now. A clock that was put back does not reorder the log. */
export function bucketFor(log: CallLog, nowMs: number, { bucketMs }: RateLimitTuning): LogBucket {
  const last = log.at(-1);
  const index = Math.floor(nowMs / bucketMs);
  if (last !== undefined && last.index >= index) return last;
  const made: LogBucket = { index, requests: 0, tokens: 0, refused: 0 };
  log.push(made);
  return made;
}

/** The bucket that holds a call admitted at `atMs`; undefined if it was dropped. */
export function bucketOf(log: CallLog, atMs: number, { bucketMs }: RateLimitTuning): LogBucket | undefined {
  const index = Math.floor(atMs / bucketMs);
  return log.findLast((bucket) => bucket.index === index);
}

export function totalOf(log: CallLog, counted: Counted): number {
  let total = 0;
  for (const bucket of log) total += bucket[counted];
  return total;
}

/** How long until `amount`, at most the total, is no longer counted. */
export function waitToFree(
  log: CallLog,
  { counted, amount }: { readonly counted: Counted; readonly amount: number },
  nowMs: number,
  tuning: RateLimitTuning,
): number {
  if (amount <= 0) return 0;
  let freed = 0;
  for (const bucket of log) {
    freed += bucket[counted];
    if (freed >= amount) return leavesAt(bucket, tuning) - nowMs;
  }
  return 0;
}

/** By its last call, and only when that one has left the window by the margin. */
function leavesAt({ index }: LogBucket, { bucketMs, windowMs, marginMs }: RateLimitTuning): number {
  return (index + 1) * bucketMs + windowMs + marginMs;
}
