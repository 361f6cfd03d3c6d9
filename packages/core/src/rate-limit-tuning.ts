/**
 * The numbers of the shared limiter. They are here because two adapters compute with them, one of them in
 * another language. Why each is as it is: docs/decisions/2026-11-23-shared-limiter.md.
 */
export interface RateLimitTuning {
  /** The window that providers count in: a minute, but in tests. */
  readonly windowMs: number;
  /**
   * Calls are remembered for the window and this much more, so that calls which travel slower than others
   * still fall into no window of the provider's that is full. A 60th of the window.
   */
  readonly marginMs: number;
  /** Calls are remembered by buckets of this length, and dropped a bucket at a time. A 120th of the window. */
  readonly bucketMs: number;
  /** Bulk calls are paced; as much as flows in this time may go at once. A 60th of the window. */
  readonly burstMs: number;
  /** This share of a limit is kept free for interactive calls on keys that have seen one lately, at least one call. */
  readonly reserveShare: number;
  /** How lately: five windows. */
  readonly reserveForMs: number;
  /** A waiting interactive call holds up bulk calls for this long, unless it asks again. A 60th of the window. */
  readonly holdMs: number;
  /** An interactive call that would wait longer than this holds up nobody: it will not wait. A 20th of the window. */
  readonly longestHoldMs: number;
  /** A bulk call that would wait longer than this is not put in line. A 6th of the window. */
  readonly longestTurnMs: number;
  /** A caller who lets its turn pass for this long loses it. A 120th of the window. */
  readonly turnGraceMs: number;
  /** Callers in line at most. */
  readonly longestLine: number;
  /** The first pause after a refusal that does not say how long; doubles while refusals follow. A 1,200th of the window. */
  readonly firstPauseMs: number;
  /** No pause that we choose is longer: a window. */
  readonly longestPauseMs: number;
  /** No pause that a provider asks for is longer: ten windows. Then it is asked again. */
  readonly longestAskedPauseMs: number;
  /** Refusals without a call passed between them that are taken for a limit and not for a hiccup. */
  readonly refusalsInARow: number;
  /** More than this many refusals in the log, and more than this share of its calls, are taken for a limit too. */
  readonly refusalsInLog: number;
  readonly refusalShare: number;
  /** A limit that was found by refusals is this share of what passed. */
  readonly foundShare: number;
  /** After g windows without a refusal, a found limit has grown by (g + g²) times this share. */
  readonly growthShare: number;
  /**
   * After g windows without a refusal, no found limit is below 1 + {@link trialGrowth} · g³ times these: one that was
   * found while next to nothing was asked for says what was asked for, not what is allowed.
   */
  readonly leastRequests: number;
  readonly leastTokens: number;
  readonly trialGrowth: number;
  /** A key that nobody used for this long is forgotten with all that was learned of it. Sixty windows. */
  readonly forgetAfterMs: number;
}

/** @param windowMs > 0; a minute if left out. */
export function rateLimitTuning(windowMs = 60_000): RateLimitTuning {
  return {
    windowMs,
    marginMs: windowMs / 60,
    bucketMs: windowMs / 120,
    burstMs: windowMs / 60,
    reserveShare: 0.02,
    reserveForMs: windowMs * 5,
    holdMs: windowMs / 60,
    longestHoldMs: windowMs / 20,
    longestTurnMs: windowMs / 6,
    turnGraceMs: windowMs / 120,
    longestLine: 64,
    firstPauseMs: windowMs / 1_200,
    longestPauseMs: windowMs,
    longestAskedPauseMs: windowMs * 10,
    refusalsInARow: 2,
    refusalsInLog: 3,
    refusalShare: 0.03,
    foundShare: 0.97,
    growthShare: 0.01,
    leastRequests: 1,
    leastTokens: 100,
    trialGrowth: 60,
    forgetAfterMs: windowMs * 60,
  };
}
