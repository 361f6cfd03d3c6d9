import type { Bill, CallPurpose, ModelUsage } from '@winnow/core';
import type { Price } from '../registry/price.ts';
import { costOf } from './cost-of.ts';

/** What is needed to write calls of a model on a bill. */
export interface Metering {
  /** `local`, `openai`, `cohere`… */
  readonly provider: string;
  readonly price: Price;
  readonly bill: Bill;
}

/** Writes what a call took on the bill, with what it costs. */
export function billCall(
  { provider, price, bill }: Metering,
  call: { readonly purpose: CallPurpose; readonly model: string; readonly usage: ModelUsage },
): void {
  const { purpose, model, usage } = call;
  bill.add({ ...usage, purpose, provider, model, cached: 0, usd: costOf(usage, price) });
}
