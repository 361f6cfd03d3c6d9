import type { LearnedLimits, RateLimitTuning } from '@winnow/core';

/** What is known of one of the two limits of a key, and how much may flow now. */
export interface Measure {
  /** As the provider says. */
  known: number | null;
  /** As its refusals tell; grows from `foundAtMs` on. */
  found: number | null;
  foundAtMs: number;
  /** May go at once; below 0 after a call that was larger. Null before the first. */
  level: number | null;
  refilledAtMs: number;
}

export function createMeasure(): Measure {
  return { known: null, found: null, foundAtMs: 0, level: null, refilledAtMs: 0 };
}

/** Of which of the two limits a measure is. */
export type Measured = 'requests' | 'tokens';

/**
 * The lowest of what the user allows, what the provider says, and what it was found to refuse.
 * @returns infinity where nothing is known.
 */
export function limitOf(
  { known, found, foundAtMs }: Measure,
  { measured, allowed }: { readonly measured: Measured; readonly allowed: number | null },
  nowMs: number,
  { windowMs, growthShare, leastRequests, leastTokens, trialGrowth }: RateLimitTuning,
): number {
  const windows = Math.max(0, nowMs - foundAtMs) / windowMs;
  const least = measured === 'requests' ? leastRequests : leastTokens;
  const tried = least * (1 + trialGrowth * windows * windows * windows);
  const grown =
    found === null ? Infinity : Math.max(found * (1 + growthShare * (windows + windows * windows)), tried);
  return Math.max(1, Math.min(allowed ?? Infinity, known ?? Infinity, grown));
}

/** Lets flow in what has come since the last time, up to `capacity`. */
export function refill(
  measure: Measure,
  { perMs, capacity }: { readonly perMs: number; readonly capacity: number },
  nowMs: number,
): number {
  const passedMs = Math.max(0, nowMs - measure.refilledAtMs);
  const level = measure.level === null ? capacity : Math.min(capacity, measure.level + perMs * passedMs);
  measure.level = level;
  measure.refilledAtMs = nowMs;
  return level;
}

/**
 * What the provider says replaces what was guessed. Where less remains than we think, others use the key too.
 */
export function learn(measure: Measure, limit: number | null, remaining: number | null, nowMs: number): void {
  if (limit !== null && limit !== measure.known) {
    measure.known = limit;
    measure.found = null;
  }
  if (remaining === null) return;
  if (measure.level === null) measure.refilledAtMs = nowMs;
  measure.level = Math.min(measure.level ?? remaining, remaining);
}

/**
 * The provider allows less than `limitOf` said. One lowering answers for all calls that were made before it.
 * @param passed what the provider let through lately.
 */
export function lower(
  measure: Measure,
  {
    measured,
    passed,
    takenAtMs,
  }: { readonly measured: Measured; readonly passed: number; readonly takenAtMs: number },
  nowMs: number,
  tuning: RateLimitTuning,
): void {
  if (passed <= 0 || (measure.found !== null && takenAtMs < measure.foundAtMs)) return;
  const limit = limitOf(measure, { measured, allowed: null }, nowMs, tuning);
  const believed = limit === Infinity ? passed : Math.min(limit, Math.max(passed, limit / 2));
  measure.found = believed * tuning.foundShare;
  measure.foundAtMs = nowMs;
}

/** Of both measures, in the order requests, tokens. */
export function saidOf(said: LearnedLimits) {
  return {
    requests: { limit: said.requestsPerMinute, remaining: said.remainingRequests },
    tokens: { limit: said.tokensPerMinute, remaining: said.remainingTokens },
  };
}
