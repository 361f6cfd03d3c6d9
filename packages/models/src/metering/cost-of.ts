import type { ModelUsage } from '@winnow/core';
import type { Price } from '../registry/price.ts';

/**
 * What a usage costs by a price, in US dollars: Σ units × price of the unit. A price by searches covers the
 * tokens that go with them, and one by tokens the searches; but of a price by input tokens alone nothing is
 * known of what was generated.
 *
 * @param options.batch the provider's Batch API was used.
 * @returns null where the price of a unit that was used is not known, and for a batch without a batch price;
 * 0 where nothing was used.
 */
export function costOf(
  usage: ModelUsage,
  price: Price,
  options: { readonly batch?: boolean } = {},
): number | null {
  if (isNothing(usage)) return 0;
  const usd = listCostOf(usage, price);
  if (usd === null || options.batch !== true) return usd;
  return price.batchFactor === null ? null : usd * price.batchFactor;
}

function listCostOf(usage: ModelUsage, price: Price): number | null {
  const { usdPerMillionInputTokens, usdPerMillionOutputTokens, usdPerThousandSearches } = price;
  const input = partOf(usage.inputTokens, usdPerMillionInputTokens, 1_000_000);
  const output = partOf(usage.outputTokens, usdPerMillionOutputTokens, 1_000_000);
  if (usdPerThousandSearches !== null) {
    return (usage.searches * usdPerThousandSearches) / 1_000 + (input ?? 0) + (output ?? 0);
  }
  const byTokens = usdPerMillionInputTokens !== null || usdPerMillionOutputTokens !== null;
  return byTokens && input !== null && output !== null ? input + output : null;
}

/** @returns null if units were used whose price is not known. */
function partOf(units: number, usd: number | null, per: number): number | null {
  if (units === 0) return 0;
  return usd === null ? null : (units * usd) / per;
}

function isNothing(usage: ModelUsage): boolean {
  return usage.calls + usage.inputTokens + usage.outputTokens + usage.searches === 0;
}
