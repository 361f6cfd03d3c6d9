import { noCost } from '@winnow/core';
import type { RunReport } from '@winnow/engine';
import { describe, expect, test } from 'vitest';
import { activeRunsText, runStatusLines } from './run-status.ts';

const now = new Date('2026-01-02T03:14:05.000Z');
const report = {
  run: 'r1',
  kind: 'sync',
  corpus: 'notes',
  state: 'running',
  waiting: null,
  waited: [],
  reason: null,
  documents: { new: 100, changed: 10, unchanged: 0, deleted: 2, failed: 1, stillFailed: null },
  planned: { new: 990, changed: 10, unchanged: 3_000, deleted: 2, unreadable: 1, outdated: 4 },
  deletions: { withheld: 0, limit: null },
  uncovered: [],
  bound: null,
  budget: { usd: 5, tokens: null },
  chunks: { embedded: 5_000, reused: 60 },
  modelCalls: 7,
  tokens: 800_000,
  cost: { ...noCost, usd: 0.5 },
  backfill: null,
  startedAt: '2026-01-02T03:04:05.000Z',
  finishedAt: null,
  seconds: 600,
  progress: { listed: 4_005, total: 1_000, done: 111, tokensPerSecond: 1_333.3, etaSeconds: 4_805 },
} as unknown as RunReport;

const waiting = {
  reason: 'model_busy',
  message: 'the provider asks for 20 s',
  since: '2026-01-02T03:12:05.000Z',
  looks: 3,
  nextLookAt: '2026-01-02T03:14:25.000Z',
} as const;

describe('runStatusLines', () => {
  test('says how far a run is, how fast, what it has cost and what it will cost at this rate', () => {
    expect(runStatusLines(report, now)).toEqual([
      'run r1 (sync of notes): running, for 10 min',
      'listed:    4,005 documents: 990 new, 10 changed, 3004 unchanged, 2 deleted, 1 not to be read',
      'documents: 111 of 1,000 done: 100 new, 10 changed, 1 failed; 2 deleted',
      'chunks:    5,000 embedded, 60 reused',
      'speed:     800,000 tokens, 1333 tokens/s, ETA 1 h 20 min',
      'money:     $0.5, about $4.50 in all; budget $5.00',
      '1 document is in the inbox; winnow inbox notes says why, winnow inbox retry notes --all tries again',
    ]);
  });

  test('says what a run waits for, since when, and when it is looked at next', () => {
    const lines = runStatusLines({ ...report, waiting }, now);
    expect(lines[1]).toContain('waiting (model_busy): the provider asks for 20 s. Nothing has to be done');
    expect(lines[2]).toBe(
      '           since 2026-01-02T03:12:05.000Z (2 min), next look at 2026-01-02T03:14:25.000Z',
    );
  });

  test('says how far the provider’s batches are', () => {
    const batch = {
      label: 'b',
      batchId: 'x',
      texts: 1_000,
      state: 'submitted',
      embedded: 250,
      reason: null,
    } as const;
    const backfill = { state: 'waiting', batches: [batch, batch] } as const;
    expect(runStatusLines({ ...report, backfill }, now)).toContain(
      'batches:   waiting, 2 handed in, 500 of 2,000 texts embedded',
    );
  });
});

describe('activeRunsText', () => {
  test('says that nothing is under way', () => {
    expect(activeRunsText([], [])).toBe('no run is under way');
  });

  test('lists runs, what they wait for, and jobs that nobody here understands', () => {
    const parked = { name: 'documents.chunk', id: 'c-1', version: 9 };
    const text = activeRunsText([{ ...report, waiting }], [parked]);
    expect(text).toMatch(/r1 +│ notes +│ sync +│ running +│ +111 │ +1000 │ model_busy, since 2026/);
    expect(text).toContain('r1 waits (model busy): the provider asks for 20 s');
    expect(text).toContain(
      '1 job parked, which only a newer Winnow understands, such as documents.chunk c-1',
    );
  });
});
