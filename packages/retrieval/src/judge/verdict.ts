import type { StatedJudgement } from './parse-judgements.ts';

/** Why a passage has no grade. */
export type MissingGrade =
  /** The answer held no grade that can be read for it. */
  | 'unreadable'
  /** The same, and the answer was cut at its longest. */
  | 'cut'
  /** The provider gave no answer. */
  | 'withheld'
  /** Budget, deadline or a failure came first. */
  | 'not-asked';

/** What became of one passage. */
export type Verdict =
  | { readonly kind: 'judged'; readonly stated: StatedJudgement; readonly score: number }
  | { readonly kind: MissingGrade };

/** What a mode of judging gives back. */
export interface Judged {
  /** One per passage, in input order. */
  readonly verdicts: readonly Verdict[];
  /** What did not go as planned, in plain words. */
  readonly notes: readonly string[];
}
