/** Learns how far the estimates of calls are from what is billed. */
export interface TokenEstimate {
  /** An estimate as experience has it: never less than was estimated. */
  of(tokens: number): number;
  learn(estimated: number, billed: number): void;
}

/** How much the latest call weighs. */
const newestWeight = 0.1;
/** A bill of more than this many times the estimate is a fault of the estimate, not a matter of degree. */
const mostTimes = 4;

/**
 * Estimates that are too low are raised before the call, since a provider counts when the call arrives. Those
 * that are too high are not lowered: for generation they hold the longest output, which some providers count.
 * What was not used is given back after the call.
 */
export function createTokenEstimate(): TokenEstimate {
  let times = 1;
  return {
    of: (tokens) => Math.ceil(tokens * Math.min(Math.max(times, 1), mostTimes)),
    learn(estimated, billed) {
      if (estimated > 0) times += (billed / estimated - times) * newestWeight;
    },
  };
}
