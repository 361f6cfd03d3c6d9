import {
  AppError,
  addModelUsage,
  type BilledCall,
  type BillTo,
  type Cost,
  type Ledger,
  type LedgerEntry,
  type LogFields,
  type Logger,
  noCost,
} from '@winnow/core';

/** Brings entries to a ledger, those of a process together. */
export interface LedgerWriter {
  /** Returns at once. What cannot be written is logged: what is spent is spent. */
  add(entry: LedgerEntry): void;
  /** Writes what still waits; resolves when everything added so far is written or logged as lost. */
  settled(): Promise<void>;
}

export interface LedgerWriterOptions {
  readonly ledger: Ledger;
  readonly log: Logger;
  /** How long an entry may wait that cost nothing and belongs to no run; 1,000 ms. */
  readonly patienceMs?: number;
}

/**
 * Entries go to the ledger as soon as it takes them; those that come while it is writing go together. Those of searches
 * that cost nothing wait a moment for others: each has one, and writing them one by one took Elasticsearch a tenth of its time for a
 * search of 100,000 chunks. A process that is killed loses those of that moment.
 */
export function createLedgerWriter({ ledger, log, patienceMs = 1_000 }: LedgerWriterOptions): LedgerWriter {
  let waiting: LedgerEntry[] = [];
  let busy = false;
  let written = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function writeWaiting(): Promise<void> {
    busy = true;
    while (waiting.length > 0) {
      const entries = waiting;
      waiting = [];
      try {
        await ledger.append(entries);
      } catch (thrown) {
        complain(ledger, log, entries, thrown);
      }
    }
    busy = false;
  }

  function writeNow(): void {
    clearTimeout(timer);
    timer = undefined;
    if (!busy) written = writeWaiting();
  }

  return {
    add(entry) {
      waiting.push(entry);
      if (mayWait(entry)) timer ??= setTimeout(writeNow, patienceMs).unref();
      else writeNow();
    },
    async settled() {
      writeNow();
      await written;
    },
  };
}

function mayWait({ runId, usd }: LedgerEntry): boolean {
  return runId === null && usd === 0;
}

/** A ledger that fails, fails for each call: once a minute is enough to say so. */
const quietMs = 60_000;
const complainedAt = new WeakMap<Ledger, number>();

/** One in a folder that may not be written to is no trouble: whoever reads there knows. */
function complain(ledger: Ledger, log: Logger, lost: readonly LedgerEntry[], thrown: unknown): void {
  const error = AppError.from(thrown);
  const sums = lost.reduce(addCall, noCost);
  const fields: LogFields = {
    event: 'ledger-failed',
    ...ownerOf(lost),
    entries: lost.length,
    ...sums,
    error,
  };
  const last = complainedAt.get(ledger) ?? Number.NEGATIVE_INFINITY;
  if (error.code === 'failed_precondition' || performance.now() - last < quietMs) {
    log.debug(fields);
    return;
  }
  complainedAt.set(ledger, performance.now());
  log.error(fields);
}

/** Whom all of them were made for, as far as it is the same. */
function ownerOf(entries: readonly LedgerEntry[]): Partial<BillTo> {
  const [first] = entries;
  const shared = (['corpus', 'runId', 'queryId'] as const).filter((field) =>
    entries.every((entry) => entry[field] === first?.[field]),
  );
  return Object.fromEntries(shared.map((field) => [field, first?.[field]]));
}

/** What a call adds to a cost. */
export function addCall(cost: Cost, call: BilledCall): Cost {
  return {
    ...addModelUsage(cost, call),
    cached: cost.cached + call.cached,
    usd: cost.usd + (call.usd ?? 0),
    unpricedCalls: cost.unpricedCalls + (call.usd === null ? call.calls : 0),
  };
}
