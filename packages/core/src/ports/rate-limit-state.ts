/** Queries go before bulk work. */
export type CallPriority = 'interactive' | 'bulk';

/** What a provider allows in a minute; null where it is not known. */
export interface RateLimits {
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
}

/** What a provider said of its limits with an answer; null for what it did not say. */
export interface LearnedLimits extends RateLimits {
  readonly remainingRequests: number | null;
  readonly remainingTokens: number | null;
}

/** A call that somebody wants to make. */
export interface WantedCall {
  /** Our estimate of what it will be billed, ≥ 0. */
  readonly tokens: number;
  readonly priority: CallPriority;
  /** What the user allows at most, whatever the provider says. */
  readonly limits: RateLimits;
  /** Whoever asks; the same in every call of one process. Callers take turns. */
  readonly caller: string;
}

export interface Admission {
  /** True: the call is counted and is to be made now. */
  readonly admitted: boolean;
  /** When asking again makes sense, in milliseconds; 0 if admitted. */
  readonly waitMs: number;
  /** When the call was counted, on the state's own clock; to be handed back with its outcome. */
  readonly takenAtMs: number;
}

/** A call that was admitted and answered. */
export interface PassedCall {
  readonly takenAtMs: number;
  /** > 0 where it took more tokens than was thought. */
  readonly deltaTokens: number;
  readonly said: LearnedLimits | null;
}

/** A call that was admitted by us and refused by the provider. */
export interface RefusedCall {
  readonly takenAtMs: number;
  /** As wanted: they are given back, since a refused call is not billed. */
  readonly tokens: number;
  /** How long the provider asks to wait; null where it does not say. */
  readonly forMs: number | null;
}

/**
 * How much of a provider's limits is used, shared by everybody who works with the same key. Each method is
 * one atomic step on the state's own clock. Two adapters, in this process and in Redis, pass one conformance
 * suite. What it promises: in no minute at the provider are more requests or tokens admitted than the lowest
 * of what the user allows, what the provider said, and what it was found to refuse.
 *
 * @throws AppError `unavailable` or `deadline_exceeded` if the state cannot be reached, or was closed.
 */
export interface RateLimitState {
  /** Counts the call if the limits and its priority allow it now. */
  take(key: string, call: WantedCall): Promise<Admission>;
  /** Corrects what was counted, and learns from what the provider said. */
  passed(key: string, call: PassedCall): Promise<void>;
  /** Stops all calls for a while; a provider that refuses again and again is found to allow less. */
  refused(key: string, call: RefusedCall): Promise<void>;
  close(): Promise<void>;
}
