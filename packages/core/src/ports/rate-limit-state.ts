/** Queries go before bulk work. */
export type CallLane = 'interactive' | 'bulk';

/** What a provider allows in a minute; null where it is not known. */
export interface RateLimits {
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
}

export interface Admission {
  /** True: the call is counted and may be made now. */
  readonly admitted: boolean;
  /** When asking again makes sense, in milliseconds; 0 if admitted. */
  readonly waitMs: number;
}

/**
 * How much of a provider's limits is used, shared by everybody who works with the same key. Each method is
 * one atomic step on the state's own clock. Two adapters, this process and Redis, pass one conformance suite.
 */
export interface RateLimitState {
  /** Counts one request of `tokens` if the limits and the lane allow it now. */
  take(key: string, request: { readonly tokens: number; readonly lane: CallLane }): Promise<Admission>;
  /** Corrects what was taken: `deltaTokens` > 0 where a call took more than was thought. */
  correct(key: string, deltaTokens: number): Promise<void>;
  /** Tells what the provider said of its limits and of what is left. Null: it did not say. */
  learn(key: string, said: LearnedLimits): Promise<void>;
  /**
   * The provider refused a call: nothing is admitted for `forMs`; null where it did not say how long. Where no
   * limits are known, they are taken from what passed in the last minute.
   */
  refused(key: string, forMs: number | null): Promise<void>;
  close(): Promise<void>;
}

export interface LearnedLimits extends RateLimits {
  readonly remainingRequests: number | null;
  readonly remainingTokens: number | null;
}
