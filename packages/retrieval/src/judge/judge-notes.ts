import type { AppError, Judgement } from '@winnow/core';
import type { MissingGrade, Verdict } from './verdict.ts';

export interface JudgingFacts {
  readonly verdicts: readonly Verdict[];
  readonly judgements: readonly (Judgement | null)[];
  /** Why no more was asked; null if nothing stopped it. */
  readonly stopped: AppError | null;
  /** Passages that were shown without their end. */
  readonly cutPassages: number;
}

const causes: Readonly<Record<MissingGrade, string>> = {
  unreadable: 'the answer held no grade',
  cut: 'the answer was cut before the grade',
  withheld: 'the provider withheld the answer',
  'not-asked': 'not asked',
};

/** What a reader of judged hits must know: what was not judged and why, what was cut, what was quoted wrongly. */
export function judgeNotes({ verdicts, judgements, stopped, cutPassages }: JudgingFacts): readonly string[] {
  const missing = Map.groupBy(verdicts, ({ kind }) => kind);
  missing.delete('judged');
  const count = [...missing.values()].reduce((sum, { length }) => sum + length, 0);
  const parts = [...missing].flatMap(([kind, { length }]) =>
    kind === 'judged' ? [] : [`${causes[kind]} (${length})`],
  );
  const why = stopped === null ? '' : `: ${stopped.message}`;
  const misquoted = judgements.filter((one) => one !== null && one.quote !== null && !one.quoteFound).length;
  return [
    ...(count > 0 ? [`not judged: ${count} of ${verdicts.length} passages: ${parts.join(', ')}${why}`] : []),
    ...(cutPassages > 0 ? [`passages that the judge read without their end: ${cutPassages}`] : []),
    ...(misquoted > 0 ? [`quotes of the judge that do not stand in their passage: ${misquoted}`] : []),
  ];
}
