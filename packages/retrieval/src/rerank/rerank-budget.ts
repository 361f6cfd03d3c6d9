/** Remembers how fast each reranker is, and turns a time into a number of candidates. */
export interface RerankBudget {
  /**
   * @param most the depth the reranker has by default.
   * @param budgetMs null for no limit: all of them.
   * @returns how many candidates to score: 1…most, at least {@link fewestCandidates} where most allows. Calls of the
   * model that are under way are done before, and take their part of the time.
   */
  depthFor(modelId: string, most: number, budgetMs: number | null): number;
  /** Tells that a call begins. @returns to be called once, when it has ended. */
  begin(modelId: string, pairs: number): (ended: EndedCall) => void;
}

export interface EndedCall {
  readonly durationMs: number;
  /**
   * - `done`: it scored its pairs in that time
   * - `late`: it was given up; its pairs take at least as long
   * - `failed`: the time says nothing of the pairs
   */
  readonly outcome: 'done' | 'late' | 'failed';
}

/** Fewer than this cannot repair a ranking; they are scored even where the budget is missed. */
export const fewestCandidates = 5;
/** Scored while nothing is known: what a small cross-encoder does in 300 ms on two cores. */
export const firstCandidates = 20;
/** Share of the newest call in the estimate: follows a machine that becomes busy within a few queries. */
const newestShare = 0.3;

interface Pace {
  /** Null while nothing is known. */
  msPerPair: number | null;
  /** A call has ended in time: whoever begins from now on does not wait for the model to be loaded. */
  isLoaded: boolean;
  /** What is known comes from calls that may have waited for the loading. */
  isProvisional: boolean;
  /** Of the calls under way. */
  pairs: number;
}

/**
 * A running estimate of milliseconds per pair for each model, in memory. A call's time counts for its own pairs and
 * those that were before it in the line: queueing is no slowness.
 */
export function createRerankBudget(): RerankBudget {
  const paces = new Map<string, Pace>();
  const paceOf = (modelId: string): Pace => {
    const known = paces.get(modelId);
    if (known !== undefined) return known;
    const pace: Pace = { msPerPair: null, isLoaded: false, isProvisional: true, pairs: 0 };
    paces.set(modelId, pace);
    return pace;
  };

  return {
    depthFor(modelId, most, budgetMs) {
      if (budgetMs === null) return most;
      const { msPerPair, pairs } = paceOf(modelId);
      const fitting =
        msPerPair === null ? firstCandidates : Math.floor(budgetMs / Math.max(msPerPair, 1e-3)) - pairs;
      return Math.min(most, Math.max(fitting, fewestCandidates));
    },
    begin(modelId, pairs) {
      const pace = paceOf(modelId);
      const ahead = pace.pairs;
      const wasLoaded = pace.isLoaded;
      pace.pairs += pairs;
      return ({ durationMs, outcome }) => {
        pace.pairs -= pairs;
        if (outcome === 'failed' || pairs < 1) return;
        learn(pace, { msPerPair: durationMs / (ahead + pairs), outcome, wasLoaded });
      };
    },
  };
}

function learn(
  pace: Pace,
  {
    msPerPair,
    outcome,
    wasLoaded,
  }: { readonly msPerPair: number; readonly outcome: 'done' | 'late'; readonly wasLoaded: boolean },
): void {
  if (outcome === 'done') pace.isLoaded = true;
  // Of one that may have waited for its model, the time is better than nothing, and no more.
  if (!wasLoaded && !pace.isProvisional) return;
  const before = pace.msPerPair;
  const newest = outcome === 'late' ? Math.max(msPerPair, before ?? 0) : msPerPair;
  const begins = before === null || (wasLoaded && pace.isProvisional);
  pace.msPerPair = begins ? newest : before + newestShare * (newest - before);
  if (wasLoaded) pace.isProvisional = false;
}
