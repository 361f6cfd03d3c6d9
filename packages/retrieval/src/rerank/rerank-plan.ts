/** How a reranker is run. */
export interface RerankPlan {
  /** The whole step ends after this long where the request names no deadline: a judge needs longer than a small model. */
  readonly deadlineMs: number;
  /**
   * - `latency`: as many candidates as fit the request's latency budget at the pace measured so far; for models
   *   on this machine
   * - `whole`: all it takes by default; for those whose pace says nothing of their work, as remote ones and judges
   */
  readonly depth: 'latency' | 'whole';
  /** Names of rerankers, tried in this order where one fails or leaves passages without a score; fused order after the last. */
  readonly standIns: readonly string[];
}
