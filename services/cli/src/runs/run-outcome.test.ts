import type { RunReport } from '@winnow/engine';
import { describe, expect, test } from 'vitest';
import { outcomeOf } from './run-outcome.ts';

const documents = { new: 0, changed: 0, unchanged: 0, deleted: 0, failed: 0, stillFailed: 0 };
const reportOf = (overrides: Partial<RunReport>): RunReport =>
  ({ run: 'r1', state: 'completed', reason: null, waiting: null, documents, ...overrides }) as RunReport;
const exitCodeOf = (overrides: Partial<RunReport>, strict = false) =>
  outcomeOf(reportOf(overrides), { strict }).exitCode;

describe('outcomeOf', () => {
  test.each([
    ['nothing to do', {}, 0],
    ['some new, some failed', { new: 3, failed: 2, stillFailed: 2 }, 0],
    ['unchanged ones, and old failures', { unchanged: 3, stillFailed: 2 }, 0],
    ['everything failed', { failed: 2, stillFailed: 2 }, 1],
    ['everything failed, and others stay found', { unchanged: 9, failed: 1, stillFailed: 1 }, 1],
  ])('%s: %j ends with %d', (_name, counts, exitCode) => {
    expect(exitCodeOf({ documents: { ...documents, ...counts } })).toBe(exitCode);
  });

  test('strict: anything in the inbox is a no', () => {
    expect(exitCodeOf({ documents: { ...documents, new: 3, failed: 1, stillFailed: 1 } }, true)).toBe(1);
    expect(exitCodeOf({ documents: { ...documents, unchanged: 3, stillFailed: 1 } }, true)).toBe(1);
    expect(exitCodeOf({ documents: { ...documents, new: 3 } }, true)).toBe(0);
  });

  test('a run that failed or was canceled is a no, with its reason', () => {
    for (const state of ['failed', 'canceled'] as const) {
      const { exitCode, why } = outcomeOf(reportOf({ state, reason: 'the corpus is gone' }), {
        strict: false,
      });
      expect(exitCode).toBe(1);
      expect(why).toBe(`run r1 ${state}: the corpus is gone`);
    }
  });

  test('a run that waits for somebody is a no, and says what has it go on', () => {
    const waiting = { reason: 'budget', message: '', since: '', looks: 0, nextLookAt: null } as const;
    const budget = { usd: null, tokens: 300 };
    const { exitCode, why } = outcomeOf(reportOf({ state: 'running', waiting, budget }), { strict: false });
    expect(exitCode).toBe(1);
    expect(why).toContain('winnow resume r1 --max-tokens N has it go on');
  });
});
