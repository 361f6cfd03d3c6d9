import { AppError, type ChatModel, cutToTokens, type ModelUsage, type RerankPassage } from '@winnow/core';
import { promptText } from '../clean-text.ts';
import type { StatedJudgement } from './parse-judgements.ts';

/** What one search may spend on judging. */
export interface JudgeBudget {
  /** ≥ 1. */
  readonly maxCalls: number;
  /** Input and output together, ≥ 1. */
  readonly maxTokens: number;
}

/** How a judge works, the same for every search. */
export interface JudgeSettings {
  readonly model: ChatModel;
  readonly budget: JudgeBudget;
  /** Pointwise calls under way at once. */
  readonly parallelCalls: number;
  /** Longer passages lose their end. */
  readonly passageTokens: number;
  /** Longest answer; lists may take more. */
  readonly outputTokens: number;
}

/** One search before its judge. */
export interface JudgeTask {
  readonly settings: JudgeSettings;
  readonly query: string;
  /** At least one, best first. */
  readonly passages: readonly RerankPassage[];
  readonly signal: AbortSignal;
}

/**
 * A mode of judging: fits the passages to the model and has them judged. Ends with what was judged when the work was
 * done, stopped or aborted.
 *
 * @throws AppError `failed_precondition` if the model's context is too short, `resource_exhausted` if the budget
 * allows no call.
 */
export type Judge = (task: JudgeTask) => Promise<Judged>;

/** What a mode of judging gives back. */
export interface Judged {
  /** One per passage, in input order. */
  readonly verdicts: readonly Verdict[];
  /** One per passage: whether it was to be shown without its end. */
  readonly cut: readonly boolean[];
  /** Why no more was asked; null if nothing stopped it. */
  readonly stopped: AppError | null;
  readonly usage: ModelUsage;
  /** What did not go as planned, in plain words. */
  readonly notes: readonly string[];
}

/** What became of one passage. */
export type Verdict =
  | { readonly kind: 'judged'; readonly stated: StatedJudgement; readonly score: number }
  | { readonly kind: MissingGrade };

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

/** Passages as they are shown to a judge. */
export interface ShownPassages {
  readonly texts: readonly string[];
  /** One per passage: whether it lost its end. */
  readonly cut: readonly boolean[];
}

/** @param limit tokens that each may have. */
export function shownPassages({ settings, passages }: JudgeTask, limit: number): ShownPassages {
  const count = (text: string) => settings.model.countTokens(text);
  const whole = passages.map(({ text }) => promptText(text));
  const texts = whole.map((text) => cutToTokens(text, limit, count));
  return { texts, cut: texts.map((text, index) => text !== whole[index]) };
}

/** Why a signal was aborted: `deadline_exceeded` or what else its reason says; null while it is not. */
export function abortError({ aborted, reason }: AbortSignal): AppError | null {
  if (!aborted) return null;
  const error = AppError.from(reason);
  return error.code === 'deadline_exceeded'
    ? new AppError(error.code, 'the time for it was up', { cause: error })
    : error;
}
