import { describe, expect, test } from 'vitest';
import { pauseAfter } from './follow-run.ts';

describe('followRun', () => {
  test('reads a run often in its beginning, and four times a second for as long as it takes', () => {
    const reads: number[] = [];
    for (let at = 0; at < 600_000; at += pauseAfter(at)) reads.push(at);
    const readWithin = (fromMs: number, toMs: number) =>
      reads.filter((at) => at >= fromMs && at < toMs).length;
    expect(readWithin(0, 200)).toBe(8);
    // A run that ends is seen to have ended within an eighth of the time that it took.
    for (const [index, at] of reads.entries()) {
      expect(at - (reads[index - 1] ?? 0)).toBeLessThanOrEqual(Math.max(25, at / 8));
    }
    expect(readWithin(60_000, 70_000)).toBe(40);
  });
});
