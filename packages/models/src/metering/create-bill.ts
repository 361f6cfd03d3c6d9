import { type Bill, type BillTo, noCost } from '@winnow/core';
import { addCall, type LedgerWriter } from './ledger-writer.ts';

export interface BillOptions {
  readonly writer: LedgerWriter;
  readonly now: () => Date;
}

/** A bill whose calls go to the ledger. Nobody waits for it, and no call fails because it could not be written down. */
export function createBill(to: BillTo, { writer, now }: BillOptions): Bill {
  let total = noCost;
  return {
    to,
    add(call) {
      total = addCall(total, call);
      writer.add({ ...call, ...to, at: now().toISOString() });
    },
    total: () => total,
    settled: () => writer.settled(),
  };
}
