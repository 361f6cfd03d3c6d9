import { AppError } from '@winnow/core';
import type { JudgeBudget } from './judging.ts';

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

/** `order.slice(start, end)`. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/**
 * Passages a judge orders in one call, and how far the window moves on: each call carries the better half of
 * what it saw into the next. The values of RankGPT.
 * @see Sun et al. 2023, "Is ChatGPT Good at Search? Investigating Large Language Models as Re-Ranking Agents".
 */
const largestWindow = { size: 20, step: 10 } as const;

/**
 * Windows over a ranking, from its end to its front; neighbours overlap by `size − step`.
 *
 * @param count passages, ≥ 1.
 * @param size ≥ 1.
 * @param step 1…size.
 */
export function slidingWindows(count: number, size: number, step: number): readonly Window[] {
  const windows: Window[] = [];
  for (let end = count; ; end -= step) {
    windows.push({ start: Math.max(0, end - size), end });
    if (end <= size) return windows;
  }
}

/** How far the window moves for a size: half of it, as with {@link largestWindow}. */
export function stepFor(size: number): number {
  return Math.max(1, size >> 1);
}
