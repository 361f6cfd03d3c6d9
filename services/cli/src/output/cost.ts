import type { Cost } from '@winnow/core';
import { formatUsd } from './money.ts';

/** What something cost, in a few words: `$0.000123`, and how many calls have no known price. */
export function costText({ usd, unpricedCalls }: Cost): string {
  if (unpricedCalls === 0) return formatUsd(usd);
  const calls = unpricedCalls === 1 ? '1 call' : `${unpricedCalls} calls`;
  return `${formatUsd(usd)} + ${calls} without a known price`;
}
