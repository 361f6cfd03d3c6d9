import type { Admission, RateLimitState, RateLimits, WantedCall } from '@winnow/core';
import { afterEach, beforeEach } from 'vitest';
import type { ArrivedCall } from '../providers/rate-limited-server.ts';

/** Opens a state that no other test sees, with windows of a minute. */
export type CreateRateLimitState = (now: () => number) => Promise<RateLimitState>;

export const minuteMs = 60_000;
export const unlimited: RateLimits = { requestsPerMinute: null, tokensPerMinute: null };
export const requests = (requestsPerMinute: number): RateLimits => ({ ...unlimited, requestsPerMinute });
export const tokens = (tokensPerMinute: number): RateLimits => ({ ...unlimited, tokensPerMinute });

/** What a provider says that tells nothing. */
export const silence = { ...unlimited, remainingRequests: null, remainingTokens: null };

export interface RateLimitBench {
  readonly state: RateLimitState;
  now(): number;
  pass(ms: number): void;
  /** Asks once, for a bulk call of one token if nothing else is said. */
  take(call?: Partial<WantedCall>, key?: string): Promise<Admission>;
  /** Asks until the call is admitted, letting the clock pass as told. */
  admitted(call?: Partial<WantedCall>): Promise<Admission>;
  /** Calls that are admitted one after the other in that time, each as soon as it may. */
  within(ms: number, call: (n: number) => Partial<WantedCall>): Promise<readonly ArrivedCall[]>;
}

/** A fresh state for each test, closed after it. */
export function benchPerTest(create: CreateRateLimitState): () => RateLimitBench {
  let state: RateLimitState;
  let nowMs: number;

  beforeEach(async () => {
    nowMs = 1_000_000_000.25;
    state = await create(() => nowMs);
  });
  afterEach(async () => {
    await state.close();
  });

  return () => {
    const bench: RateLimitBench = {
      state,
      now: () => nowMs,
      pass(ms) {
        nowMs += ms;
      },
      take: (call, key = 'key') =>
        state.take(key, { tokens: 1, priority: 'bulk', limits: unlimited, caller: 'one', ...call }),
      async admitted(call) {
        for (;;) {
          const admission = await bench.take(call);
          if (admission.admitted) return admission;
          nowMs += admission.waitMs;
        }
      },
      async within(ms, call) {
        const endMs = nowMs + ms;
        const made: ArrivedCall[] = [];
        for (let n = 0; ; n++) {
          const wanted = call(n);
          await bench.admitted(wanted);
          if (nowMs >= endMs) return made;
          made.push({ atMs: nowMs, tokens: wanted.tokens ?? 1 });
        }
      },
    };
    return bench;
  };
}
