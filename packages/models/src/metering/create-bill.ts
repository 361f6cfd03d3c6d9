import {
  addModelUsage,
  type Bill,
  type BilledCall,
  type BillTo,
  type Cost,
  type Ledger,
  type LedgerEntry,
  type Logger,
  noCost,
} from '@winnow/core';

export interface BillOptions {
  readonly ledger: Ledger;
  readonly now: () => Date;
  readonly log: Logger;
}

/**
 * A bill whose calls go to the ledger as soon as it takes them; those that come while it is writing go
 * together. Nobody waits for it, and no call fails because it could not be written down.
 */
export function createBill(to: BillTo, { ledger, now, log }: BillOptions): Bill {
  let total = noCost;
  let waiting: LedgerEntry[] = [];
  let busy = false;
  let written = Promise.resolve();

  async function writeWaiting(): Promise<void> {
    busy = true;
    while (waiting.length > 0) {
      const entries = waiting;
      waiting = [];
      try {
        await ledger.append(entries);
      } catch (thrown) {
        const lost = entries.reduce(addCall, noCost);
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        log.error({ event: 'ledger-failed', ...to, entries: entries.length, ...lost, error });
      }
    }
    busy = false;
  }

  return {
    to,
    add(call) {
      total = addCall(total, call);
      waiting.push({ ...call, ...to, at: now().toISOString() });
      if (!busy) written = writeWaiting();
    },
    total: () => total,
    settled: () => written,
  };
}

function addCall(cost: Cost, call: BilledCall): Cost {
  return {
    ...addModelUsage(cost, call),
    cached: cost.cached + call.cached,
    usd: cost.usd + (call.usd ?? 0),
    unpricedCalls: cost.unpricedCalls + (call.usd === null ? call.calls : 0),
  };
}
