import {
  type BilledCall,
  type BillTo,
  type LedgerEntry,
  type LogFields,
  noModelUsage,
  silentLogger,
} from '@winnow/core';
import { runIdOf } from '@winnow/testkit';
import { describe, expect, test, vi } from 'vitest';
import { createMemoryLedger } from '../test-ledger.ts';
import { createBill } from './create-bill.ts';
import { createLedgerWriter } from './ledger-writer.ts';

const to: BillTo = { corpus: null, runId: runIdOf('run-1'), queryId: null };
const call = (overrides: Partial<BilledCall> = {}): BilledCall => ({
  ...noModelUsage,
  purpose: 'embed-documents',
  provider: 'openai',
  model: 'text-embedding-3-small',
  calls: 1,
  inputTokens: 10,
  cached: 0,
  usd: 0.5,
  ...overrides,
});
const at = '2026-03-01T10:00:00.000Z';
const now = () => new Date(at);

describe('createBill', () => {
  test('every call reaches the ledger with its time and owner, in order', async () => {
    const ledger = createMemoryLedger();
    const bill = createBill(to, { writer: createLedgerWriter({ ledger, log: silentLogger }), now });
    for (const model of ['a', 'b', 'c']) bill.add(call({ model }));
    await bill.settled();
    expect(ledger.entries).toEqual(['a', 'b', 'c'].map((model) => ({ ...call({ model }), ...to, at })));
  });

  test('the total counts what is free, cached and without a price, before anything is written', () => {
    const bill = createBill(to, {
      writer: createLedgerWriter({ ledger: createMemoryLedger(), log: silentLogger }),
      now,
    });
    bill.add(call());
    bill.add(call({ usd: 0 }));
    bill.add(call({ usd: null, calls: 3, truncated: 2 }));
    bill.add(call({ calls: 0, inputTokens: 0, usd: 0, cached: 4 }));
    expect(bill.total()).toEqual({
      calls: 5,
      inputTokens: 30,
      outputTokens: 0,
      searches: 0,
      truncated: 2,
      cached: 4,
      usd: 0.5,
      unpricedCalls: 3,
    });
  });

  test('nobody waits for the ledger, and what comes while it writes goes together', async () => {
    const appends: (readonly LedgerEntry[])[] = [];
    const written = Promise.withResolvers<void>();
    const ledger = {
      ...createMemoryLedger(),
      async append(entries: readonly LedgerEntry[]) {
        appends.push(entries);
        await written.promise;
      },
    };
    const bill = createBill(to, { writer: createLedgerWriter({ ledger, log: silentLogger }), now });
    for (let added = 0; added < 5; added++) bill.add(call());
    expect(appends.map(({ length }) => length)).toEqual([1]);
    expect(bill.total().calls).toBe(5);
    written.resolve();
    await bill.settled();
    expect(appends.map(({ length }) => length)).toEqual([1, 4]);
  });

  test('entries that cannot be written are logged with their sums, as an error once a minute', async () => {
    const errors: LogFields[] = [];
    const later: LogFields[] = [];
    const log = {
      ...silentLogger,
      error: (fields: LogFields) => errors.push(fields),
      debug: (fields: LogFields) => later.push(fields),
    };
    const memory = createMemoryLedger();
    const failure = new Error('disk is full');
    let failing = true;
    // Throws at once, which not even a broken ledger should.
    const ledger = {
      ...memory,
      append: (entries: readonly LedgerEntry[]) => {
        if (failing) throw failure;
        return memory.append(entries);
      },
    };
    const bill = createBill(to, { writer: createLedgerWriter({ ledger, log }), now });
    bill.add(call());
    await bill.settled();
    bill.add(call({ usd: null }));
    await bill.settled();
    const told = { event: 'ledger-failed', entries: 1, runId: 'run-1', error: { message: failure.message } };
    expect(errors).toMatchObject([told]);
    expect(later).toMatchObject([told]);
    expect([...errors, ...later]).toMatchObject([
      { usd: 0.5, unpricedCalls: 0 },
      { usd: 0, unpricedCalls: 1 },
    ]);
    failing = false;
    bill.add(call({ model: 'later' }));
    await bill.settled();
    expect(memory.entries).toMatchObject([{ model: 'later' }]);
    expect(bill.total().calls).toBe(3);
  });

  test('a bill without calls is settled', async () => {
    await createBill(to, {
      writer: createLedgerWriter({ ledger: createMemoryLedger(), log: silentLogger }),
      now,
    }).settled();
  });

  test('what costs nothing and belongs to no run waits for others, and goes with the first that does not', async () => {
    vi.useFakeTimers();
    try {
      const ledger = createMemoryLedger();
      const writer = createLedgerWriter({ ledger, log: silentLogger });
      const search = (id: string) => createBill({ ...to, runId: null, queryId: id }, { writer, now });
      search('1').add(call({ usd: 0 }));
      search('2').add(call({ usd: 0 }));
      await vi.advanceTimersByTimeAsync(999);
      expect(ledger.entries).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(ledger.entries).toMatchObject([{ queryId: '1' }, { queryId: '2' }]);
      search('3').add(call({ usd: 0 }));
      for (const usd of [0.5, null]) {
        search('4').add(call({ usd }));
        await vi.advanceTimersByTimeAsync(0);
      }
      createBill(to, { writer, now }).add(call({ usd: 0 }));
      await vi.advanceTimersByTimeAsync(0);
      search('5').add(call({ usd: 0 }));
      expect(ledger.entries.slice(2)).toMatchObject([
        { queryId: '3' },
        { queryId: '4', usd: 0.5 },
        { queryId: '4', usd: null },
        { runId: to.runId, usd: 0 },
      ]);
      await writer.settled();
      expect(ledger.entries.at(-1)).toMatchObject({ queryId: '5' });
    } finally {
      vi.useRealTimers();
    }
  });
});
