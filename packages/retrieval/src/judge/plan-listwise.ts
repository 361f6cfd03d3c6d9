import { AppError } from '@winnow/core';
import type { JudgeBudget } from './judge-session.ts';
import { largestWindow, stepFor } from './sliding-windows.ts';

/** What a list of passages takes. */
export interface ListwiseNeeds {
  /** ≥ 1. */
  readonly passages: number;
  /** Tokens of the longest passage. */
  readonly longest: number;
  /** Tokens of the prompt without passages. */
  readonly fixedTokens: number;
  /** Longest output besides what each passage takes. */
  readonly outputTokens: number;
  readonly contextTokens: number;
  readonly budget: JudgeBudget;
}

export interface ListwisePlan {
  /** Passages to judge, from the first on. */
  readonly count: number;
  readonly window: number;
  readonly step: number;
  /** Longer passages are cut to this. */
  readonly passageTokens: number;
  readonly maxOutputTokens: number;
  /** Two show each window in both orders; one where the budget has no room for two. */
  readonly passes: 1 | 2;
}

/** What is written of one passage: a quote of 25 words, a sentence, names and signs. */
const outputTokensPerPassage = 112;
/** Number and fences around a passage. */
const frameTokens = 16;
/** Smaller windows move too little: passages are cut instead. */
const smallestWindow = 4;
/** Less of a passage cannot be judged. */
export const fewestPassageTokens = 32;

/**
 * Fits windows into the model's context and calls into the budget. Where the budget is short, the first
 * passages are judged in both orders rather than all in one.
 *
 * @throws AppError `failed_precondition` if the context is too short for the smallest window,
 * `resource_exhausted` if the budget is too small for one call.
 */
export function planListwise(needs: ListwiseNeeds): ListwisePlan {
  const { passages, longest, fixedTokens, outputTokens, contextTokens, budget } = needs;
  const room = contextTokens - fixedTokens - outputTokens;
  const perPassage = longest + frameTokens + outputTokensPerPassage;
  const fitting = Math.min(largestWindow.size, Math.max(smallestWindow, Math.floor(room / perPassage)));
  const window = Math.min(passages, fitting);
  const passageTokens = Math.min(longest, Math.floor(room / window) - frameTokens - outputTokensPerPassage);
  if (passageTokens < Math.min(longest, fewestPassageTokens)) {
    throw new AppError(
      'failed_precondition',
      `a context of ${contextTokens} tokens is too short to judge ${window} passages at once: judge pointwise, or use a model with a longer one`,
    );
  }
  const maxOutputTokens = outputTokens + window * outputTokensPerPassage;
  const callTokens = fixedTokens + window * (passageTokens + frameTokens) + maxOutputTokens;
  const calls = Math.min(budget.maxCalls, Math.floor(budget.maxTokens / callTokens));
  if (calls < 1) {
    throw new AppError(
      'resource_exhausted',
      `the judge's budget of ${budget.maxTokens} tokens a search is too small for one call, which may take ${callTokens}`,
    );
  }
  const passes = calls > 1 ? 2 : 1;
  const step = stepFor(window);
  const count = Math.min(passages, window + (Math.floor(calls / passes) - 1) * step);
  return { count, window, step, passageTokens, maxOutputTokens, passes };
}
