import { randomUUID } from 'node:crypto';
import { AppError, type Logger, type RateLimitState, type RateLimits } from '@winnow/core';
import { askInTime } from './ask-in-time.ts';
import { createCallGate, type GateCall } from './call-gate.ts';
import { type CallPermit, createCallPermits } from './call-permits.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import { pause } from './pause.ts';
import type { OpenCall, ProviderCall, ProviderCalls, ProviderHead } from './provider-calls.ts';
import { createTokenEstimate } from './token-estimate.ts';

export interface ProviderCallsOptions {
  /** For messages and logs: `openai`. */
  readonly provider: string;
  /** Whose limits count: see `limiterKeyOf`. */
  readonly key: string;
  readonly state: RateLimitState;
  /** What the user allows at most. */
  readonly limits: RateLimits;
  readonly log: Logger;
  /** A bulk call that would have to wait longer is not made: its job waits instead. 10 s by default. */
  readonly longestBulkWaitMs?: number;
  /** All waits of an interactive call together; 3 s by default. */
  readonly longestInteractiveWaitMs?: number;
}

/** Calls in all for an interactive one: the first and two more. Nobody above tries again. */
const interactiveTries = 3;
/** Refused bulk calls are made again in place, which the provider does not bill; the job's own tries are not touched. */
const bulkTries = 8;
/** Before an interactive call is made again that failed for another reason than a limit; doubles. */
const firstBackoffMs = 100;

/**
 * Calls to one provider with one key, under limits that are shared with all who use it. One instance in a
 * process for each key: what it learns of the provider's speed is its own.
 */
export function createProviderCalls(options: ProviderCallsOptions): ProviderCalls {
  const { provider, key, state, limits, log } = options;
  const { longestBulkWaitMs = 10_000, longestInteractiveWaitMs = 3_000 } = options;
  const caller = randomUUID();
  const now = () => performance.now();
  const concurrency = createConcurrencyLimit(now);
  const estimate = createTokenEstimate();
  const permits = createCallPermits({ provider, key, state, concurrency, estimate, log });
  const interactively = askInTime({ provider, log });
  const gate = createCallGate({
    take: ({ tokens, priority }) => {
      const ask = () => state.take(key, { tokens, priority, limits, caller });
      return priority === 'bulk' ? ask() : interactively(ask);
    },
    giveBack: permits.giveBack,
    places: () => concurrency.current,
    longestBulkWaitMs,
    tooLong: (waitMs) => exhausted(provider, waitMs),
  });
  const place = { isFull: () => gate.underWay >= concurrency.current, leave: gate.leave };

  return {
    open,
    async run(call, make) {
      const { value: answer, end } = await open(call, async () => {
        const { headers, ...rest } = await make();
        return { value: rest, headers };
      });
      end({ tokens: answer.tokens });
      return answer.value;
    },
  };

  async function open<Value>(
    call: ProviderCall,
    make: () => Promise<ProviderHead<Value>>,
  ): Promise<OpenCall<Value>> {
    const untilMs = now() + longestInteractiveWaitMs;
    let refusal: AppError | null = null;
    for (let tries = 1; ; tries++) {
      const permit = await begin(call, untilMs).catch((error) => Promise.reject(withReason(error, refusal)));
      try {
        const { value, headers } = await make();
        if (headers !== null) permit.observe(headers);
        return { value, end: permit.end };
      } catch (thrown) {
        const error = AppError.from(thrown);
        permit.end({ error });
        if (call.signal.aborted || !isWorthAnother(error, call, tries)) throw error;
        refusal = error;
      }
      await backOff(refusal, call.signal, tries);
    }
  }

  async function begin({ tokens, priority, signal }: ProviderCall, untilMs: number): Promise<CallPermit> {
    const call: GateCall = { tokens: estimate.of(tokens), priority, signal, untilMs };
    const admission = await gate.enter(call);
    return permits.open(call, admission, tokens, place);
  }
}

function isWorthAnother({ code }: AppError, { priority }: ProviderCall, tries: number): boolean {
  if (priority === 'bulk') return code === 'resource_exhausted' && tries < bulkTries;
  return (code === 'resource_exhausted' || code === 'unavailable') && tries < interactiveTries;
}

/** A refused call waits for the limits, and for nothing else. */
async function backOff({ code }: AppError, signal: AbortSignal, tries: number): Promise<void> {
  if (code === 'resource_exhausted') return;
  await pause(firstBackoffMs * 2 ** (tries - 1) * (1 - 0.5 * Math.random()), signal);
}

function exhausted(provider: string, waitMs: number): AppError {
  const seconds = Math.ceil(waitMs / 1_000);
  const message = `the limits of ${provider} are used up: the next call may be made in ${seconds} s`;
  return new AppError('resource_exhausted', message, { retryAfterMs: waitMs });
}

/** What the provider said goes before what we make of it. */
function withReason(error: unknown, refusal: AppError | null): AppError {
  const now = AppError.from(error);
  if (refusal === null || now.code !== 'resource_exhausted' || now.retryAfterMs === null) return now;
  const { code, message, context } = refusal;
  return new AppError(code, message, { context, cause: refusal, retryAfterMs: now.retryAfterMs });
}
