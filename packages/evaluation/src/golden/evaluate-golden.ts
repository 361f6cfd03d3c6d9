import type { DocumentId, GoldenQuery, QualityFigure } from '@winnow/core';
import type { Grades } from '../beir/beir-set.ts';
import type { EvaluationMode } from '../evaluate.ts';
import { meanInterval } from '../metrics/mean-interval.ts';
import { ndcgAtK } from '../metrics/ndcg-at-k.ts';
import { recallAtK } from '../metrics/recall-at-k.ts';
import { reciprocalRankAtK } from '../metrics/reciprocal-rank-at-k.ts';
import type { Contestant } from '../verify/contestant.ts';
import { chunksPerGolden, gradesOf } from '../verify/measure-golden.ts';

/** What is kept of golden queries over time. */
const metrics: Readonly<Record<string, (ranking: readonly DocumentId[], grades: Grades) => number>> = {
  'ndcg@10': (ranking, grades) => ndcgAtK(ranking, grades, 10),
  'recall@100': (ranking, grades) => recallAtK(ranking, grades, 100),
  'mrr@10': (ranking, grades) => reciprocalRankAtK(ranking, grades, 10),
};

/**
 * Searches for every golden query in each mode.
 * @returns a figure for each mode and metric, with the 95 % interval of its mean.
 */
export async function evaluateGolden(
  contestant: Pick<Contestant, 'search'>,
  golden: readonly GoldenQuery[],
  {
    modes,
    signal,
    onQuery = () => {},
  }: {
    readonly modes: readonly EvaluationMode[];
    readonly signal: AbortSignal;
    readonly onQuery?: (done: number, total: number) => void;
  },
): Promise<readonly QualityFigure[]> {
  const figures: QualityFigure[] = [];
  let done = 0;
  for (const mode of modes) {
    const rankings = [];
    for (const { text, judgements } of golden) {
      signal.throwIfAborted();
      const found = await contestant.search(text, { mode, chunks: chunksPerGolden }, signal);
      rankings.push({ ranking: found.map(({ documentId }) => documentId), grades: gradesOf(judgements) });
      done += 1;
      onQuery(done, golden.length * modes.length);
    }
    for (const [metric, figureOf] of Object.entries(metrics)) {
      const values = rankings.map(({ ranking, grades }) => figureOf(ranking, grades));
      figures.push({ metric, mode, ...meanInterval(values) });
    }
  }
  return figures;
}
