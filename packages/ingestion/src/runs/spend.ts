import { AppError, type Budget, type Run, type RunId } from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { holdRun } from '../waiting/hold-run.ts';
import { putOff } from '../waiting/with-patience.ts';
import { addCounts } from './count-work.ts';

/** What a piece of work is about to take, and took. */
export interface Spending {
  readonly tokens: number;
  /** Null where no price is known. */
  readonly usd: number | null;
}

/**
 * Takes what a call of the model will cost out of the run's budget before it is made, so that lanes which spend at
 * once do not go beyond it together. A run that has no room left waits until somebody gives it more.
 * @returns what was reserved, to be settled by what was really spent.
 * @throws AppError that puts the job off.
 */
export async function reserve(ports: IngestPorts, run: Run, wanted: Spending): Promise<Spending> {
  const { budget, runId } = run;
  if (budget === null) return { tokens: 0, usd: 0 };
  let isOver = false;
  await ports.store.runs.update(runId, (current) => {
    const after = addCounts(current.counts, { tokens: wanted.tokens, usd: wanted.usd ?? 0 });
    isOver = current.budget !== null && exceeds(current.budget, { ...after });
    return isOver ? null : { ...current, counts: after };
  });
  if (!isOver) return wanted;
  await holdForBudget(ports, runId, budget, wanted);
  throw putOff('the budget of the run is reached', 1);
}

function exceeds(budget: Budget, after: { readonly tokens: number; readonly usd: number }): boolean {
  return (
    (budget.tokens !== null && after.tokens > budget.tokens) ||
    (budget.usd !== null && after.usd > budget.usd)
  );
}

async function holdForBudget(
  ports: IngestPorts,
  runId: RunId,
  budget: Budget,
  wanted: Spending,
): Promise<void> {
  const limits = [
    ...(budget.usd === null ? [] : [`$${budget.usd}`]),
    ...(budget.tokens === null ? [] : [`${budget.tokens} tokens`]),
  ];
  const message = `the next ${wanted.tokens} tokens would go beyond the budget of ${limits.join(' and ')}: winnow resume ${runId} ${budgetOptionsFor(budget)} gives it more`;
  await holdRun(ports, runId, { reason: 'budget', message, retryAfterMs: null });
}

/** The options that give another budget of the same kind: what is left out of a new one is not limited any more. */
export function budgetOptionsFor({ usd, tokens }: Budget): string {
  const options = [...(usd === null ? [] : ['--budget USD']), ...(tokens === null ? [] : ['--max-tokens N'])];
  return options.length === 0 ? '--budget USD' : options.join(' ');
}

/** @throws AppError `failed_precondition` for a budget in money where no price is known. */
export function requirePrice(budget: Budget | null, usdPerMillionTokens: number | null, model: string): void {
  if (budget?.usd == null || usdPerMillionTokens !== null) return;
  throw new AppError(
    'failed_precondition',
    `no price of ${model} is known, so that money cannot be watched: set WINNOW_PRICES, or give --max-tokens`,
  );
}
