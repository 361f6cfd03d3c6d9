import type { Budget } from '@winnow/core';

/** A budget of which parts may be left out. */
export function budgetOf({
  usd,
  tokens,
}: {
  readonly usd?: number | undefined;
  readonly tokens?: number | undefined;
}): Budget {
  return { usd: usd ?? null, tokens: tokens ?? null };
}
