import { type BilledCall, type BillTo, type Ledger, type LedgerEntry, silentLogger } from '@winnow/core';
import { createBill } from './metering/create-bill.ts';
import { createLedgerWriter } from './metering/ledger-writer.ts';

/** For tests only: a ledger that keeps its entries in memory. */
export function createMemoryLedger(): Ledger & { readonly entries: readonly LedgerEntry[] } {
  const entries: LedgerEntry[] = [];
  return {
    entries,
    async append(appended) {
      entries.push(...appended);
    },
    async sum() {
      return [];
    },
    async close() {},
  };
}

const nobody: BillTo = { corpus: null, runId: null, queryId: null };

/** For tests only: a bill, and the calls that were written on it, without time and owner. */
export function createTestBill() {
  const ledger = createMemoryLedger();
  const writer = createLedgerWriter({ ledger, log: silentLogger });
  const bill = createBill(nobody, { writer, now: () => new Date(0) });
  return {
    bill,
    async calls(): Promise<readonly BilledCall[]> {
      await bill.settled();
      return ledger.entries.map(
        ({ at: _at, corpus: _corpus, runId: _run, queryId: _query, ...call }) => call,
      );
    },
  };
}
