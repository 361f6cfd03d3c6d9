import type { Budget } from '@winnow/core';

/** The least of what a plan and a caller allow, each kind by itself. */
export function smallerBudget(planned: Budget, given: Budget | null): Budget {
  if (given === null) return planned;
  const least = (one: number | null, other: number | null) =>
    one === null || other === null ? (one ?? other) : Math.min(one, other);
  return { usd: least(planned.usd, given.usd), tokens: least(planned.tokens, given.tokens) };
}
