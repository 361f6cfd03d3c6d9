import { addModelUsage, type Bill, type BillTo, type Cost, noCost } from '@winnow/core';

/** A bill that only adds up. */
export function createTestBill(to: BillTo): Bill {
  let total: Cost = noCost;
  return {
    to,
    add(call) {
      total = {
        ...total,
        ...addModelUsage(total, call),
        cached: total.cached + call.cached,
        usd: total.usd + (call.usd ?? 0),
      };
    },
    total: () => total,
    settled: async () => {},
  };
}
