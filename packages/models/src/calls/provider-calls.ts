import { AppError, type CallPriority } from '@winnow/core';

/** What is known of a call before it is made. */
export interface ProviderCall {
  /** Our estimate of what it will be billed: input, and for generation the longest output. */
  readonly tokens: number;
  readonly priority: CallPriority;
  readonly signal: AbortSignal;
}

/** What a provider answered. */
export interface ProviderAnswer<Value> {
  readonly value: Value;
  /** As billed; null where the provider does not say. */
  readonly tokens: number | null;
  /** Rate-limit headers are read from these. */
  readonly headers: Headers | null;
}

/**
 * The one way to call a provider: waits for the shared limits, tells them what came back, and tries again
 * where that is this layer's business. Adapters make exactly one request each time `call` is run, and throw
 * AppError (a 429 as `resource_exhausted` with `retryAfterMs` where the provider says how long).
 */
export interface ProviderCalls {
  /** @throws AppError of `call`; `resource_exhausted` without a call where the wait would be too long for its priority. */
  run<Value>(call: ProviderCall, make: () => Promise<ProviderAnswer<Value>>): Promise<Value>;
  /**
   * For answers that are streamed: as `run`, until `make` has the head of the answer; then the permit is held until
   * the stream ends.
   */
  open<Value>(call: ProviderCall, make: () => Promise<ProviderHead<Value>>): Promise<OpenCall<Value>>;
}

/** The head of an answer that is streamed. */
export interface ProviderHead<Value> {
  readonly value: Value;
  readonly headers: Headers | null;
}

/** A call under way. */
export interface OpenCall<Value> {
  readonly value: Value;
  /** Exactly once. */
  end(outcome: { readonly tokens: number | null } | { readonly error: AppError }): void;
}

/** Calls without limits, once each: for servers of one's own, and for tests. */
export function createUnlimitedCalls(): ProviderCalls {
  return {
    async run({ signal }, make) {
      if (signal.aborted) throw AppError.from(signal.reason);
      return (await make()).value;
    },
    async open({ signal }, make) {
      if (signal.aborted) throw AppError.from(signal.reason);
      return { value: (await make()).value, end() {} };
    },
  };
}
