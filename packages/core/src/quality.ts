import type { CorpusId, RunId } from './ids.ts';

/** A figure over golden queries. */
export interface QualityFigure {
  /** As `ndcg@10`. */
  readonly metric: string;
  /** How was searched: `bm25`, `dense`, `hybrid` or `rerank`. */
  readonly mode: string;
  readonly mean: number;
  /** 95 % interval of the mean. */
  readonly low: number;
  readonly high: number;
}

/** What golden queries came to at one time. */
export interface QualityResult {
  readonly corpusId: CorpusId;
  readonly generation: number;
  /** Of the golden set: results of different sets do not compare. */
  readonly goldenDigest: string;
  readonly queries: number;
  readonly figures: readonly QualityFigure[];
  /** The run that it was evaluated after; null where somebody asked for it. */
  readonly runId: RunId | null;
  /** ISO 8601, UTC. */
  readonly at: string;
}
