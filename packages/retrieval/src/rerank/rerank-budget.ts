/** Remembers how fast each reranker is, and turns a time into a number of candidates. */
export interface RerankBudget {
  /**
   * @param most the depth the reranker has by default.
   * @param budgetMs null for no limit.
   * @returns how many candidates to score: 1…most, at least {@link fewestCandidates} where most allows.
   */
  depthFor(modelId: string, most: number, budgetMs: number | null): number;
  /** Tells what one call took. */
  observe(modelId: string, pairs: number, durationMs: number): void;
}

/** Fewer than this cannot repair a ranking; they are scored even where the budget is missed. */
export const fewestCandidates = 5;
/** Scored while nothing is known: what a small cross-encoder does in 300 ms on two cores. */
export const firstCandidates = 20;
/** Share of the newest call in the estimate: follows a machine that becomes busy within a few queries. */
const newestShare = 0.3;

/** A running estimate of milliseconds per pair for each model, in memory. */
export function createRerankBudget(): RerankBudget {
  const msPerPair = new Map<string, number>();
  return {
    depthFor(modelId, most, budgetMs) {
      if (budgetMs === null) return most;
      const pace = msPerPair.get(modelId);
      const fitting = pace === undefined ? firstCandidates : Math.floor(budgetMs / Math.max(pace, 1e-3));
      return Math.min(most, Math.max(fitting, fewestCandidates));
    },
    observe(modelId, pairs, durationMs) {
      if (pairs < 1) return;
      const newest = durationMs / pairs;
      const before = msPerPair.get(modelId) ?? newest;
      msPerPair.set(modelId, before + newestShare * (newest - before));
    },
  };
}
