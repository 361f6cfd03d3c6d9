import { listedPrices, loadPrices, type Price } from '@winnow/models';
import type { Config } from '@winnow/runtime';

/** What models cost here. */
export interface Prices {
  of(spec: { readonly modelId: string; readonly price: Price }): Price;
}

/** The registry's prices, and in front of them those of the user's file. */
export async function openPrices({ pricesFile }: Config): Promise<Prices> {
  const priceOf = pricesFile === null ? listedPrices : await loadPrices(pricesFile);
  return { of: ({ modelId, price }) => priceOf(modelId, price) };
}
