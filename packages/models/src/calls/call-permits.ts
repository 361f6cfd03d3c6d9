import { type Admission, AppError, type LearnedLimits, type Logger, type RateLimitState } from '@winnow/core';
import type { GateCall } from './call-gate.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import type { OpenCall } from './provider-calls.ts';
import { readRateLimits } from './rate-limit-headers.ts';
import type { TokenEstimate } from './token-estimate.ts';

interface CallPermitsOptions {
  readonly provider: string;
  readonly key: string;
  readonly state: RateLimitState;
  readonly concurrency: ConcurrencyLimit;
  readonly estimate: TokenEstimate;
  readonly log: Logger;
}

/** What calls teach when they end, told to all who learn from it. */
export interface CallPermits {
  /**
   * @param estimated as the caller thought.
   * @param place of the call among those under way; given up when it ends.
   */
  open(call: GateCall, admission: Admission, estimated: number, place: CallPlace): CallPermit;
  /** The call was counted and will not be made. */
  giveBack(call: GateCall, admission: Admission): void;
}

/** Held by a call while it is under way. */
export interface CallPermit extends Pick<OpenCall<unknown>, 'end'> {
  /** As soon as the headers are there. */
  observe(headers: Headers): void;
}

interface CallPlace {
  /** Whether all places were taken, this one included. */
  isFull(): boolean;
  leave(): void;
}

export function createCallPermits(options: CallPermitsOptions): CallPermits {
  const { provider, key, state, concurrency, estimate, log } = options;
  return {
    open(call, { takenAtMs }, estimated, place) {
      const startedAtMs = performance.now();
      let answeredAtMs: number | null = null;
      let said: LearnedLimits | null = null;
      let ended = false;
      return {
        observe(headers) {
          answeredAtMs ??= performance.now();
          said = readRateLimits(headers);
        },
        end(outcome) {
          if (ended) return;
          ended = true;
          if ('error' in outcome) failed(call, outcome.error, { startedAtMs, takenAtMs });
          else {
            const durationMs = (answeredAtMs ?? performance.now()) - startedAtMs;
            const full = place.isFull();
            concurrency.succeeded({ startedAtMs, durationMs, tokens: call.tokens, full });
            if (outcome.tokens !== null) estimate.learn(estimated, outcome.tokens);
            const deltaTokens = (outcome.tokens ?? call.tokens) - call.tokens;
            tell(state.passed(key, { takenAtMs, deltaTokens, said }));
          }
          place.leave();
        },
      };
    },
    giveBack: ({ tokens }, { takenAtMs }) =>
      tell(state.passed(key, { takenAtMs, deltaTokens: -tokens, said: null })),
  };

  function failed(
    { tokens, signal }: GateCall,
    { code, retryAfterMs }: AppError,
    { startedAtMs, takenAtMs }: { startedAtMs: number; takenAtMs: number },
  ): void {
    if (signal.aborted) return;
    if (code === 'resource_exhausted') {
      log.info({ event: 'call-refused', provider, retryAfterMs });
      tell(state.refused(key, { takenAtMs, tokens, forMs: retryAfterMs }));
    }
    if (code === 'resource_exhausted' || code === 'unavailable' || code === 'deadline_exceeded') {
      concurrency.failed({ startedAtMs });
    }
  }

  /** Nobody waits for it: an answer that was paid for is not to be lost because the limits cannot be told. */
  function tell(told: Promise<void>): void {
    told.catch((thrown) => {
      const { code, message } = AppError.from(thrown);
      log.warn({ event: 'limits-not-told', provider, code, message });
    });
  }
}
