import { addCost, type Cost, type DocumentId, type Filter, noCost } from '@winnow/core';
import type { BeirQuery, BeirSet, Grades } from './beir/beir-set.ts';
import { type MeanInterval, meanInterval, meanOf } from './metrics/mean-interval.ts';
import { ndcgAtK } from './metrics/ndcg-at-k.ts';
import { percentile } from './metrics/percentile.ts';
import { recallAtK } from './metrics/recall-at-k.ts';
import { reciprocalRankAtK } from './metrics/reciprocal-rank-at-k.ts';

/** Ways of searching that are compared; `rerank` is `hybrid` with the corpus's reranker. */
export const evaluationModes = ['bm25', 'dense', 'hybrid', 'rerank'] as const;
export type EvaluationMode = (typeof evaluationModes)[number];

/** Ranks that a ranking should reach, for recall@100. */
export const rankingDepth = 100;

/** What the engine made of one query. */
export interface Ranking {
  /** Distinct, best first; ranks beyond {@link rankingDepth} do not count. */
  readonly documentIds: readonly DocumentId[];
  readonly durationMs: number;
  /** What the models took for it. */
  readonly cost: Cost;
}

/** Puts one query to the engine. */
export type RankQuery = (
  query: { readonly text: string; readonly filter: Filter | null },
  mode: EvaluationMode,
  signal: AbortSignal,
) => Promise<Ranking>;

/** Means over all queries. Quality is 0–1; `ndcg@10` has its 95 % confidence interval beside it. */
export interface ModeReport {
  readonly 'ndcg@10': number;
  readonly 'ndcg@10Interval': Omit<MeanInterval, 'mean'>;
  readonly 'recall@100': number;
  readonly 'mrr@10': number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Of all queries together; what the documents took is the run's. */
  readonly cost: Cost;
}

export interface EvaluationReport {
  readonly dataset: string;
  readonly documents: number;
  readonly queries: number;
  readonly modes: Readonly<Partial<Record<EvaluationMode, ModeReport>>>;
}

export interface EvaluateOptions {
  readonly modes: readonly EvaluationMode[];
  /**
   * Takes documents without a judgment for this query out of the ranking before it is measured: for sets in
   * which only a pool per query was judged.
   */
  readonly judgedOnly?: boolean;
  readonly signal: AbortSignal;
  /** Counts queries over all modes. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Measures rankings against judgments. Queries run one after the other, so that latencies are those of a
 * system at rest.
 *
 * @throws AppError what `rankQuery` throws: a mean over some of the queries would mislead.
 */
export async function evaluate(
  set: BeirSet,
  rankQuery: RankQuery,
  options: EvaluateOptions,
): Promise<EvaluationReport> {
  const rankIn = (mode: EvaluationMode) => (query: BeirQuery) => rankQuery(query, mode, options.signal);
  const modes: Partial<Record<EvaluationMode, ModeReport>> = {};
  const total = set.queries.length * options.modes.length;
  let done = 0;
  const onQuery = () => {
    done += 1;
    options.onProgress?.(done, total);
  };
  for (const mode of options.modes) {
    modes[mode] = await evaluateMode(set, rankIn(mode), options, onQuery);
  }
  return { dataset: set.name, documents: set.documents.length, queries: set.queries.length, modes };
}

async function evaluateMode(
  set: BeirSet,
  rank: (query: BeirQuery) => Promise<Ranking>,
  { signal, judgedOnly = false }: EvaluateOptions,
  onQuery: () => void,
): Promise<ModeReport> {
  const measured: Measured[] = [];
  for (const query of set.queries) {
    signal.throwIfAborted();
    measured.push(measure(await rank(query), set.judgments.get(query.queryId) ?? new Map(), judgedOnly));
    onQuery();
  }
  return summaryOf(measured);
}

interface Measured {
  readonly ndcg: number;
  readonly recall: number;
  readonly reciprocalRank: number;
  readonly durationMs: number;
  readonly cost: Cost;
}

function measure({ documentIds, durationMs, cost }: Ranking, grades: Grades, judgedOnly: boolean): Measured {
  const ranking = judgedOnly ? documentIds.filter((id) => grades.has(id)) : documentIds;
  return {
    ndcg: ndcgAtK(ranking, grades, 10),
    recall: recallAtK(ranking, grades, rankingDepth),
    reciprocalRank: reciprocalRankAtK(ranking, grades, 10),
    durationMs,
    cost,
  };
}

function summaryOf(measured: readonly Measured[]): ModeReport {
  const { mean, low, high } = meanInterval(measured.map(({ ndcg }) => ndcg));
  const durations = measured.map(({ durationMs }) => durationMs);
  return {
    'ndcg@10': mean,
    'ndcg@10Interval': { low, high },
    'recall@100': meanOf(measured.map(({ recall }) => recall)),
    'mrr@10': meanOf(measured.map(({ reciprocalRank }) => reciprocalRank)),
    p50Ms: percentile(durations, 0.5),
    p95Ms: percentile(durations, 0.95),
    cost: measured.map(({ cost }) => cost).reduce(addCost, noCost),
  };
}
