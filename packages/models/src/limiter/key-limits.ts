import type { Admission, PassedCall, RateLimitTuning, RefusedCall, WantedCall } from '@winnow/core';
import { bucketFor, bucketOf, type CallLog, forgetOld, totalOf, waitToFree } from './call-log.ts';
import {
  createMeasure,
  learn,
  limitOf,
  lower,
  type Measure,
  type Measured,
  refill,
  saidOf,
} from './measure.ts';
import { aheadOf, dropLate, type Line, leaveLine, standInLine } from './turns.ts';

/** All that is known of one key. The script of the adapter on Redis keeps the same. */
export interface KeyLimits {
  readonly log: CallLog;
  readonly line: Line;
  readonly requests: Measure;
  readonly tokens: Measure;
  blockedUntilMs: number;
  /** When the latest pause was called for, and how many there were in a row. */
  pausedAtMs: number;
  pauses: number;
  /** The latest refusal, and how many there were since a call passed. */
  refusedAtMs: number;
  refusals: number;
  interactiveAtMs: number;
  holdUntilMs: number;
}

export function createKeyLimits(): KeyLimits {
  return {
    log: [],
    line: [],
    requests: createMeasure(),
    tokens: createMeasure(),
    blockedUntilMs: 0,
    pausedAtMs: 0,
    pauses: 0,
    refusedAtMs: 0,
    refusals: 0,
    interactiveAtMs: Number.NEGATIVE_INFINITY,
    holdUntilMs: 0,
  };
}

/** See `RateLimitState.take`. */
export function take(key: KeyLimits, call: WantedCall, nowMs: number, tuning: RateLimitTuning): Admission {
  forgetOld(key.log, nowMs, tuning);
  dropLate(key.line, nowMs);
  const held = call.priority === 'bulk' ? key.holdUntilMs : 0;
  const stoppedMs = Math.max(key.blockedUntilMs, held) - nowMs;
  const waitMs = stoppedMs > 0 ? stoppedMs : waitForRoom(key, call, nowMs, tuning);
  if (call.priority === 'interactive') key.interactiveAtMs = nowMs;
  if (waitMs <= 0) {
    count(key, call, nowMs, tuning);
    return { admitted: true, waitMs: 0, takenAtMs: nowMs };
  }
  if (call.priority === 'interactive') {
    if (waitMs <= tuning.longestHoldMs) key.holdUntilMs = nowMs + tuning.holdMs;
  } else if (stoppedMs <= 0) {
    standInLine(key.line, { caller: call.caller, tokens: call.tokens, waitMs }, nowMs, tuning);
  }
  return { admitted: false, waitMs: Math.ceil(waitMs), takenAtMs: nowMs };
}

/** See `RateLimitState.passed`. */
export function passed(key: KeyLimits, call: PassedCall, nowMs: number, tuning: RateLimitTuning): void {
  const bucket = bucketOf(key.log, call.takenAtMs, tuning);
  if (bucket !== undefined) bucket.tokens = Math.max(0, bucket.tokens + call.deltaTokens);
  if (key.tokens.level !== null) key.tokens.level -= call.deltaTokens;
  if (call.takenAtMs >= key.refusedAtMs) {
    key.refusals = 0;
    key.pauses = 0;
  }
  if (call.said === null) return;
  const { requests, tokens } = saidOf(call.said);
  learn(key.requests, requests.limit, requests.remaining, nowMs);
  learn(key.tokens, tokens.limit, tokens.remaining, nowMs);
}

/** See `RateLimitState.refused`. */
export function refused(key: KeyLimits, call: RefusedCall, nowMs: number, tuning: RateLimitTuning): void {
  forgetOld(key.log, nowMs, tuning);
  const bucket = bucketOf(key.log, call.takenAtMs, tuning) ?? bucketFor(key.log, nowMs, tuning);
  bucket.refused += 1;
  bucket.tokens = Math.max(0, bucket.tokens - call.tokens);
  if (key.tokens.level !== null) key.tokens.level += call.tokens;
  key.refusals += 1;
  key.refusedAtMs = nowMs;
  pause(key, call, nowMs, tuning);
  const refusals = totalOf(key.log, 'refused');
  const requests = totalOf(key.log, 'requests');
  const many = refusals > Math.max(tuning.refusalsInLog, tuning.refusalShare * requests);
  if (key.refusals < tuning.refusalsInARow && !many) return;
  const { takenAtMs } = call;
  lower(key.requests, { measured: 'requests', passed: requests - refusals, takenAtMs }, nowMs, tuning);
  lower(key.tokens, { measured: 'tokens', passed: totalOf(key.log, 'tokens'), takenAtMs }, nowMs, tuning);
}

/** Refusals of calls that were on their way when the pause began belong to the same pause. */
function pause(key: KeyLimits, call: RefusedCall, nowMs: number, tuning: RateLimitTuning): void {
  const { firstPauseMs, longestPauseMs, longestAskedPauseMs } = tuning;
  if (call.takenAtMs >= key.pausedAtMs) {
    key.pauses += 1;
    key.pausedAtMs = nowMs;
  }
  const ownMs = Math.min(firstPauseMs * 2 ** Math.min(key.pauses - 1, mostDoublings), longestPauseMs);
  const askedMs = Math.min(call.forMs ?? 0, longestAskedPauseMs);
  key.blockedUntilMs = Math.max(key.blockedUntilMs, nowMs + Math.max(ownMs, askedMs));
}

/** More would only reach the longest pause again. */
const mostDoublings = 20;

function waitForRoom(key: KeyLimits, call: WantedCall, nowMs: number, tuning: RateLimitTuning): number {
  const { requestsPerMinute, tokensPerMinute } = call.limits;
  const ahead = call.priority === 'bulk' ? aheadOf(key.line, call.caller) : { requests: 0, tokens: 0 };
  return Math.max(
    waitFor('requests', { wanted: 1, allowed: requestsPerMinute, ahead: ahead.requests }),
    waitFor('tokens', { wanted: call.tokens, allowed: tokensPerMinute, ahead: ahead.tokens }),
  );

  function waitFor(
    counted: Measured,
    { wanted, allowed, ahead }: { wanted: number; allowed: number | null; ahead: number },
  ): number {
    const limit = limitOf(key[counted], { measured: counted, allowed }, nowMs, tuning);
    if (limit === Infinity) return 0;
    const reserve = call.priority === 'bulk' ? reserveOf(key, limit, nowMs, tuning) : 0;
    // A call above the limit fails at the provider by itself: nobody is to wait for the whole log because of it.
    const size = wanted > limit ? 0 : wanted;
    const used = totalOf(key.log, counted);
    const amount = Math.min(used, used + size + ahead + reserve - limit);
    const roomMs = waitToFree(key.log, { counted, amount }, nowMs, tuning);
    const perMs = (limit - reserve) / (tuning.windowMs + tuning.marginMs + tuning.bucketMs);
    const capacity = Math.max(perMs * tuning.burstMs, 2 * (size + ahead));
    const level = refill(key[counted], { perMs, capacity }, nowMs);
    return call.priority === 'bulk' ? Math.max(roomMs, (size + ahead - level) / perMs) : roomMs;
  }
}

function reserveOf(key: KeyLimits, limit: number, nowMs: number, tuning: RateLimitTuning): number {
  const unused = nowMs - key.interactiveAtMs > tuning.reserveForMs;
  return unused ? 0 : Math.min(Math.max(1, tuning.reserveShare * limit), limit / 4);
}

function count(key: KeyLimits, call: WantedCall, nowMs: number, tuning: RateLimitTuning): void {
  const bucket = bucketFor(key.log, nowMs, tuning);
  bucket.requests += 1;
  bucket.tokens += call.tokens;
  if (key.requests.level !== null) key.requests.level -= 1;
  if (key.tokens.level !== null) key.tokens.level -= call.tokens;
  if (call.priority === 'bulk') leaveLine(key.line, call.caller);
}
