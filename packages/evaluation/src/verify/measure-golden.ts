import type { DocumentId, GoldenQuery } from '@winnow/core';
import type { Grades } from '../beir/beir-set.ts';
import {
  type ComparedMode,
  comparedModes,
  type FigurePair,
  type MeasuredQuality,
  type RankingFigures,
} from '../gates/quality.ts';
import { ndcgAtK } from '../metrics/ndcg-at-k.ts';
import { recallAtK } from '../metrics/recall-at-k.ts';
import { comparisonOf, type QueryComparison } from './compare-queries.ts';
import type { Contestant, FoundDocument } from './contestant.ts';

/** Passages to rank documents by: all that two legs of 100 can bring. */
export const chunksPerGolden = 200;

/** A golden query in both generations, as users search. */
export interface GoldenComparison extends QueryComparison {
  readonly queryId: string;
  readonly figures: FigurePair;
}

export interface MeasuredGolden {
  readonly quality: MeasuredQuality;
  readonly comparisons: readonly GoldenComparison[];
}

/** Searches both generations for golden queries, in each mode. One generation against itself is searched once. */
export async function measureGolden(
  { live, next }: { readonly live: Contestant; readonly next: Contestant },
  golden: readonly GoldenQuery[],
  { signal, onQuery }: { readonly signal: AbortSignal; readonly onQuery: (done: number) => void },
): Promise<MeasuredGolden> {
  const quality: Record<ComparedMode, FigurePair[]> = { hybrid: [], dense: [] };
  const comparisons: GoldenComparison[] = [];
  for (const [at, query] of golden.entries()) {
    for (const mode of comparedModes) {
      signal.throwIfAborted();
      const options = { mode, chunks: chunksPerGolden };
      const ofNext = next.search(query.text, options, signal);
      const ofLive = live === next ? ofNext : live.search(query.text, options, signal);
      const [before, after] = await Promise.all([ofLive, ofNext]);
      const figures = { live: figuresOf(before, query), next: figuresOf(after, query) };
      quality[mode].push(figures);
      if (mode !== 'hybrid') continue;
      comparisons.push({
        ...comparisonOf(query.text, before, after),
        queryId: query.queryId,
        figures,
      });
    }
    onQuery(at + 1);
  }
  return { quality, comparisons };
}

/** What a ranking is worth by what was judged. */
function figuresOf(
  found: readonly Pick<FoundDocument, 'documentId'>[],
  { judgements }: Pick<GoldenQuery, 'judgements'>,
): RankingFigures {
  const ranking = found.map(({ documentId }) => documentId);
  const grades = gradesOf(judgements);
  return { 'ndcg@10': ndcgAtK(ranking, grades, 10), 'recall@100': recallAtK(ranking, grades, 100) };
}

export function gradesOf(judgements: GoldenQuery['judgements']): Grades {
  return new Map(Object.entries(judgements) as [DocumentId, number][]);
}
