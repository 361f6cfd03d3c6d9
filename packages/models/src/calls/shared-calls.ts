import type { Logger, RateLimitState } from '@winnow/core';
import { createProviderCalls } from './create-provider-calls.ts';
import { type CallTarget, limiterKeyOf } from './limiter-key.ts';
import type { ProviderCalls } from './provider-calls.ts';
import { limitsFor, type RateLimitSetting } from './rate-limit-setting.ts';

export interface SharedCallsOptions {
  /** Closed by whoever opened it. */
  readonly state: RateLimitState;
  /** What the user allows. */
  readonly limits: RateLimitSetting;
  readonly log: Logger;
}

/** The calls of one process: who asks for the same target twice gets the same. */
export interface SharedCalls {
  of(target: CallTarget): ProviderCalls;
}

export function createSharedCalls({ state, limits, log }: SharedCallsOptions): SharedCalls {
  const byKey = new Map<string, ProviderCalls>();
  return {
    of(target) {
      const key = limiterKeyOf(target);
      const { provider } = target;
      const calls =
        byKey.get(key) ??
        createProviderCalls({ provider, key, state, limits: limitsFor(limits, target), log });
      byKey.set(key, calls);
      return calls;
    },
  };
}
