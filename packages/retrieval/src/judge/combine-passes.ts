import type { Verdict } from './judging.ts';
import type { StatedJudgement } from './parse-judgements.ts';

/** One way through the whole list. */
export interface ListPass {
  /** Indices of passages, best first; each once. */
  readonly order: readonly number[];
  /** What was said of each passage, by index: once for every window that held it. */
  readonly stated: readonly (readonly StatedJudgement[])[];
}

/** The part of a score that tells passages of one grade apart by rank: far less than from grade to grade. */
const withinGrade = 0.01;

/**
 * Makes one ranking of several passes: by grade, then by the mean of the ranks, then as the passages came.
 * A passage that got several grades has their lower median, with a reason that was given for that grade.
 * Scores fall strictly along the ranking, within 0.01 of a grade / 3.
 *
 * @param count passages, judged or not.
 * @returns one per passage, in input order; null for one without a grade.
 */
export function combinePasses(passes: readonly ListPass[], count: number): readonly (Verdict | null)[] {
  const ranks = passes.map(({ order }) => new Map(order.map((index, rank) => [index, rank])));
  const judged = Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const stated = lowerMedian(passes.flatMap((pass) => pass.stated[index] ?? []));
    if (stated === null) return [];
    const rank = ranks.reduce((sum, rankOf) => sum + (rankOf.get(index) ?? count), 0);
    return [{ index, stated, rank }];
  });
  judged.sort((left, right) => left.rank - right.rank);
  const verdicts = new Map(
    judged.map(({ index, stated }, place) => [
      index,
      { kind: 'judged' as const, stated, score: scoreOf(stated, place / judged.length) },
    ]),
  );
  return Array.from({ length: count }, (_, index) => verdicts.get(index) ?? null);
}

function lowerMedian(stated: readonly StatedJudgement[]): StatedJudgement | null {
  const sorted = [...stated].sort((left, right) => left.grade - right.grade);
  return sorted[(sorted.length - 1) >> 1] ?? null;
}

function scoreOf({ grade }: StatedJudgement, place: number): number {
  return (grade / 3) * (1 - withinGrade) + withinGrade * (1 - place);
}
