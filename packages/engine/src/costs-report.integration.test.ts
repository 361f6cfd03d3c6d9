import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { costsRequestSchema, type LedgerEntry, noCost, noModelUsage } from '@winnow/core';
import { openEmbeddedLedger } from '@winnow/embedded';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { costsReport } from './costs-report.ts';

const now = new Date('2026-11-23T12:00:00.000Z');
const entry = (overrides: Partial<LedgerEntry>): LedgerEntry => ({
  ...noModelUsage,
  at: '2026-11-23T10:00:00.000Z',
  corpus: null,
  runId: null,
  queryId: 'q',
  purpose: 'answer',
  provider: 'openai',
  model: 'gpt-4o-mini',
  calls: 1,
  cached: 0,
  usd: 1,
  ...overrides,
});

describe('costsReport', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'winnow-costs-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function reportOf(given: unknown, entries: readonly LedgerEntry[]) {
    const ledger = openEmbeddedLedger({ path: join(folder, 'ledger.db') });
    await ledger.append(entries);
    const report = await costsReport({ costs: ledger.sum }, costsRequestSchema.parse(given), now);
    await ledger.close();
    return report;
  }

  test('without entries nothing was spent', async () => {
    expect(await reportOf({}, [])).toEqual({
      by: 'model',
      from: null,
      to: null,
      groups: [],
      more: false,
      total: noCost,
    });
  });

  test('the total has every group, those beyond the limit and those without a price too', async () => {
    const entries = [
      entry({ model: 'a', usd: 3 }),
      entry({ model: 'b', usd: 2 }),
      entry({ model: 'c', usd: null }),
    ];
    const cut = await reportOf({ limit: 2 }, entries);
    expect(cut.groups.map(({ group }) => group)).toEqual(['a', 'b']);
    expect(cut).toMatchObject({ more: true, total: { calls: 3, usd: 5, unpricedCalls: 1 } });
    expect(await reportOf({ limit: 3 }, [])).toMatchObject({ more: false, total: { calls: 3 } });
  });

  test('groups and total keep to the time that was asked for', async () => {
    const entries = [entry({}), entry({ at: '2026-11-01T00:00:00Z', model: 'old', usd: 7 })];
    expect(await reportOf({ since: '7d' }, entries)).toMatchObject({
      from: '2026-11-16T12:00:00.000Z',
      groups: [{ group: 'gpt-4o-mini' }],
      total: { usd: 1 },
    });
  });
});
