/** How many calls may be under way at once, found from how they fare. */
export interface ConcurrencyLimit {
  /** ≥ 1. */
  readonly current: number;
  succeeded(call: SettledCall): void;
  /** The provider was too busy for it: a 429, a 5xx, no answer in time. */
  failed(call: Pick<SettledCall, 'startedAtMs'>): void;
}

interface SettledCall {
  readonly startedAtMs: number;
  /** Until the answer came, or of a stream its head. */
  readonly durationMs: number;
  /** Calls of about the same size are compared with each other. */
  readonly tokens: number;
  /** Whether all places were taken: else it is no sign that more would be borne. */
  readonly full: boolean;
}

/** An unknown provider is not met with more calls before its first answer told of its limits. */
const first = 4;
/** Above what an embedder or judge asks for at once. */
const most = 64;
/** An answer that takes this many times as long as the fastest, and this much longer, had to queue. */
const slowFactor = 3;
const slowMs = 100;
const afterSlow = 0.9;
const afterFailure = 0.7;
/** How far each slower answer lifts what counts as fastest, so that an old record does not hold for ever. */
const drift = 0.01;

/**
 * Additive increase, multiplicative decrease (Chiu and Jain 1989), with a slow start that doubles each round
 * trip until the first sign of a queue: an answer that takes far longer than the fastest of its size, or a
 * failure. One sign counts for all calls that were under way then.
 *
 * @param now milliseconds since any fixed instant.
 */
export function createConcurrencyLimit(now: () => number): ConcurrencyLimit {
  const fastestMs = new Map<number, number>();
  let limit = first;
  let starting = true;
  let loweredAtMs = Number.NEGATIVE_INFINITY;

  return {
    get current() {
      return Math.floor(limit);
    },
    succeeded(call) {
      if (isSlow(call)) lower(call, afterSlow);
      else if (call.full) limit = Math.min(most, limit + (starting ? 1 : 1 / limit));
    },
    failed(call) {
      lower(call, afterFailure);
    },
  };

  function isSlow({ tokens, durationMs }: SettledCall): boolean {
    const size = Math.floor(Math.log2(tokens + 1) / 2);
    const fastest = fastestMs.get(size) ?? durationMs;
    const isFaster = durationMs < fastest;
    fastestMs.set(size, isFaster ? durationMs : fastest + (durationMs - fastest) * drift);
    return durationMs > fastest * slowFactor + slowMs;
  }

  function lower({ startedAtMs }: Pick<SettledCall, 'startedAtMs'>, factor: number): void {
    starting = false;
    if (startedAtMs < loweredAtMs) return;
    limit = Math.max(1, limit * factor);
    loweredAtMs = now();
  }
}
