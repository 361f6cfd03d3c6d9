import { describe, expect, it } from 'vitest';
import { summaryLine } from './test-summary.ts';

describe('summaryLine', () => {
  it('states passed and failed, and skipped only where there are any', () => {
    expect(summaryLine({ passed: 12, failed: 0, skipped: 0 }, true)).toBe('12 passed, 0 failed');
    expect(summaryLine({ passed: 12, failed: 2, skipped: 3 }, false)).toBe('12 passed, 2 failed, 3 skipped');
  });

  it('never says 0 failed for a run that failed without a failed test', () => {
    expect(summaryLine({ passed: 12, failed: 0, skipped: 0 }, false)).toBe('12 passed, 1 failed');
  });

  it('counts a runner that crashed before counting as one failure', () => {
    expect(summaryLine(null, false)).toBe('0 passed, 1 failed');
  });
});
