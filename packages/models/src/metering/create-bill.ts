import {
  AppError,
  addModelUsage,
  type Bill,
  type BilledCall,
  type BillTo,
  type Cost,
  type Ledger,
  type LedgerEntry,
  type LogFields,
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
        complain(ledger, log, { ...to, entries: entries.length, ...entries.reduce(addCall, noCost) }, thrown);
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

/** A ledger that fails, fails for each call: once a minute is enough to say so. */
const quietMs = 60_000;
const complainedAt = new WeakMap<Ledger, number>();

/** One in a folder that may not be written to is no trouble: whoever reads there knows. */
function complain(ledger: Ledger, log: Logger, lost: Omit<LogFields, 'event'>, thrown: unknown): void {
  const error = AppError.from(thrown);
  const fields = { event: 'ledger-failed', ...lost, error };
  const last = complainedAt.get(ledger) ?? Number.NEGATIVE_INFINITY;
  if (error.code === 'failed_precondition' || performance.now() - last < quietMs) {
    log.debug(fields);
    return;
  }
  complainedAt.set(ledger, performance.now());
  log.error(fields);
}

function addCall(cost: Cost, call: BilledCall): Cost {
  return {
    ...addModelUsage(cost, call),
    cached: cost.cached + call.cached,
    usd: cost.usd + (call.usd ?? 0),
    unpricedCalls: cost.unpricedCalls + (call.usd === null ? call.calls : 0),
  };
}
