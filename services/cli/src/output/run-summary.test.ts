import { noCost } from '@winnow/core';
import type { RunReport } from '@winnow/engine';
import { describe, expect, test } from 'vitest';
import { remarksOn, summaryOf } from './run-summary.ts';

const quiet: RunReport = {
  run: '20260102T030405-1f9a3c7d' as RunReport['run'],
  kind: 'sync',
  corpus: 'notes',
  state: 'completed',
  waiting: null,
  waited: [],
  reason: null,
  documents: { new: 1, changed: 2, unchanged: 3, deleted: 4, failed: 0, stillFailed: 0 },
  planned: { new: 1, changed: 2, unchanged: 3, deleted: 4, unreadable: 0, outdated: 0 },
  deletions: { withheld: 0, limit: null },
  approvedDeletions: null,
  uncovered: [],
  bound: null,
  budget: null,
  chunks: { embedded: 5, reused: 6 },
  modelCalls: 7,
  tokens: 80,
  cost: noCost,
  backfill: null,
  startedAt: '2026-01-02T03:04:05.000Z',
  finishedAt: '2026-01-02T03:04:15.000Z',
  seconds: 10,
  progress: { listed: 10, total: 3, done: 3, tokensPerSecond: 8, etaSeconds: null },
};

describe('summaryOf', () => {
  test('is one sentence', () => {
    expect(summaryOf(quiet)).toBe(
      'run 20260102T030405-1f9a3c7d completed in 10.0 s: 1 new, 2 changed, 3 unchanged, 4 deleted, 0 failed documents; ' +
        '5 chunks embedded, 6 reused, 7 model calls, $0',
    );
  });
});

describe('remarksOn', () => {
  test('has nothing to say of a run that went well', () => expect(remarksOn(quiet)).toEqual([]));

  test('says what was withheld, and how to let it go', () => {
    expect(remarksOn({ ...quiet, deletions: { withheld: 45, limit: 10 } })).toEqual([
      'warning: 45 documents that are no longer at the source are kept, as that is more than the limit of 10. ' +
        'To let them go: winnow ingest notes --approve-deletions 45',
    ]);
  });

  test('names places that could not be looked into, the first five of many', () => {
    const uncovered = Array.from({ length: 7 }, (_, at) => ({
      prefix: `closed-${at}/`,
      sourceId: 'main',
      reason: 'permission denied',
    }));
    const remarks = remarksOn({ ...quiet, uncovered });
    expect(remarks).toHaveLength(6);
    expect(remarks[0]).toContain('closed-0/ could not be looked into, so that nothing there is deleted');
    expect(remarks.at(-1)).toContain('2 more places');
  });

  test('names what differs from the plan', () => {
    const bound = { digest: 'x', leftOut: 1, samples: ['a.md'] } as unknown as RunReport['bound'];
    expect(remarksOn({ ...quiet, bound })).toEqual([
      'warning: 1 document differs from the plan by now, and stayed out: a.md',
    ]);
  });

  test('counts what is in the inbox, older failures too', () => {
    const [remark] = remarksOn({ ...quiet, documents: { ...quiet.documents, failed: 2, stillFailed: 5 } });
    expect(remark).toContain('5 documents are in the inbox, 2 of them since this run; winnow inbox notes');
    const [older] = remarksOn({ ...quiet, documents: { ...quiet.documents, stillFailed: 1 } });
    expect(older).toContain('1 document is in the inbox; winnow inbox notes');
  });

  test('says what was waited for', () => {
    const waited = [{ reason: 'model_busy', seconds: 90.5 }] as const;
    expect(remarksOn({ ...quiet, waited })).toEqual(['it waited 1 min 31 s for model_busy']);
  });
});
