import type { RunReport } from '@winnow/engine';
import { describe, expect, test } from 'vitest';
import { joinedNotes } from './joined-notes.ts';

const reportOf = (overrides: Partial<RunReport> = {}): RunReport =>
  ({
    run: 'r1',
    corpus: 'notes',
    budget: null,
    approvedDeletions: null,
    backfill: null,
    ...overrides,
  }) as RunReport;

describe('joinedNotes', () => {
  test('has nothing to say of a run that is as it was asked for', () => {
    const budget = { usd: 5, tokens: null };
    expect(joinedNotes(reportOf(), {})).toEqual([]);
    expect(joinedNotes(reportOf({ budget }), { budget })).toEqual([]);
    expect(joinedNotes(reportOf({ approvedDeletions: 12 }), { approvedDeletions: 12 })).toEqual([]);
    expect(joinedNotes(reportOf({ budget, approvedDeletions: 12 }), { planFile: 'plan.jsonl' })).toEqual([]);
  });

  test('says that another budget is not taken, and what changes it', () => {
    expect(joinedNotes(reportOf(), { budget: { usd: null, tokens: 300 } })).toEqual([
      'note: run r1 was under way already, with a budget of its own; winnow resume r1 --max-tokens N changes it',
    ]);
  });

  test('says that a run without batches stays without them', () => {
    expect(joinedNotes(reportOf({ backfill: { state: 'waiting', batches: [] } }), { batch: true })).toEqual(
      [],
    );
    expect(joinedNotes(reportOf(), { batch: true })).toEqual([
      'note: run r1 was under way already, without batches: the provider is asked for each text directly, at the full price',
    ]);
  });

  test('says that deletions are not approved of by joining a run, and how they are', () => {
    expect(joinedNotes(reportOf(), { approvedDeletions: 12 })).toEqual([
      'note: run r1 was under way already, with no approval of deletions; once it has ended, winnow ingest notes --approve-deletions 12 lets them go',
    ]);
    expect(joinedNotes(reportOf({ approvedDeletions: 3 }), { approvedDeletions: 12 })).toEqual([
      'note: run r1 was under way already, with 3 deletions approved; once it has ended, winnow ingest notes --approve-deletions 12 lets them go',
    ]);
  });
});
