import { AppError, type RateLimitState, rateLimitTuning } from '@winnow/core';
import { createKeyLimits, type KeyLimits, passed, refused, take } from './key-limits.ts';

export interface MemoryRateLimitOptions {
  /** The window that providers count in; a minute, but in tests. */
  readonly windowMs?: number;
  /** Milliseconds since any fixed instant. */
  readonly now?: () => number;
}

/** Keys kept at most; of more, those unused for longest are forgotten. */
const mostKeys = 1_000;

/** Limits shared by everybody in this process, and forgotten with it. */
export function createMemoryRateLimitState(options: MemoryRateLimitOptions = {}): RateLimitState {
  const { windowMs, now = () => performance.now() } = options;
  const tuning = rateLimitTuning(windowMs);
  /** The one used last is the last. */
  const keys = new Map<string, { readonly limits: KeyLimits; readonly usedAtMs: number }>();
  let closed = false;

  return {
    async take(key, call) {
      const nowMs = now();
      return take(limitsOf(key, nowMs), call, nowMs, tuning);
    },
    async passed(key, call) {
      const nowMs = now();
      passed(limitsOf(key, nowMs), call, nowMs, tuning);
    },
    async refused(key, call) {
      const nowMs = now();
      refused(limitsOf(key, nowMs), call, nowMs, tuning);
    },
    async close() {
      closed = true;
      keys.clear();
    },
  };

  function limitsOf(key: string, nowMs: number): KeyLimits {
    if (closed) throw new AppError('unavailable', 'the rate limits are closed');
    const known = keys.get(key);
    const isFresh = known !== undefined && nowMs - known.usedAtMs <= tuning.forgetAfterMs;
    const limits = isFresh ? known.limits : createKeyLimits();
    keys.delete(key);
    keys.set(key, { limits, usedAtMs: nowMs });
    const [oldest] = keys.keys();
    if (keys.size > mostKeys && oldest !== undefined) keys.delete(oldest);
    return limits;
  }
}
