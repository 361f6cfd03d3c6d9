import type { Bill, BillTo } from '@winnow/core';
import { type BillOptions, createBill } from '@winnow/models';

/** All bills of this process. */
export interface Bills {
  open(to: BillTo): Bill;
  /** Resolves when nothing is left to be written to the ledger. */
  settled(): Promise<void>;
}

/** Searches do not wait for their bill to be written; whoever closes the ledger does. */
export function createBills(options: BillOptions): Bills {
  const writing = new Set<Promise<void>>();
  return {
    open(to) {
      const bill = createBill(to, options);
      return {
        ...bill,
        add(call) {
          bill.add(call);
          const written = bill.settled().finally(() => writing.delete(written));
          writing.add(written);
        },
      };
    },
    async settled() {
      await Promise.all(writing);
    },
  };
}
