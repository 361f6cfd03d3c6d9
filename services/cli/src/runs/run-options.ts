import type { Budget } from '@winnow/core';
import type { Command } from 'commander';
import { numberBetween, wholeNumber } from '../arguments.ts';

/** Options of every command that may let a run spend something. */
export interface BudgetOptions {
  readonly budget?: number;
  readonly maxTokens?: number;
}

/** Adds `--budget` and `--max-tokens`. */
export function withBudgetOptions(command: Command): Command {
  return command
    .option(
      '--budget <usd>',
      'what the run may cost, in US dollars; reached, it waits',
      numberBetween(0, 1e9),
    )
    .option(
      '--max-tokens <n>',
      'tokens that the run may send to the model; reached, it waits',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    );
}

/** @returns null where neither was given. */
export function budgetOf({ budget, maxTokens }: BudgetOptions): Budget | null {
  if (budget === undefined && maxTokens === undefined) return null;
  return { usd: budget ?? null, tokens: maxTokens ?? null };
}
