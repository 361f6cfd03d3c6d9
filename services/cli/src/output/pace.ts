/** What is reckoned from a shorter time is a guess. */
const earliestMs = 500;

/** How fast something goes, in units a second, and how many seconds it takes yet; null where nobody can tell. */
export interface Pace {
  readonly perSecond: number | null;
  readonly seconds: number | null;
}

/**
 * Reckons it from how much was done since the pace was made.
 * @param now in milliseconds.
 */
export function createPace(now: () => number = () => performance.now()) {
  const startedAt = now();
  return (done: number, total: number | null): Pace => {
    const ms = now() - startedAt;
    if (ms < earliestMs) return { perSecond: null, seconds: null };
    const perSecond = (done / ms) * 1_000;
    return { perSecond, seconds: total === null || perSecond === 0 ? null : (total - done) / perSecond };
  };
}
