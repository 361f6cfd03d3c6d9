import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runInParallel } from './run-in-parallel.ts';

describe('runInParallel', () => {
  it('does every item once, and never more at a time than the limit', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await runInParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await nextTurn();
      running -= 1;
      done.push(item);
    });
    expect(done.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  it('begins nothing after a failure, waits for what is under way, then throws the first error', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const failing = runInParallel([1, 2, 3, 4], 2, async (item) => {
      begun.push(item);
      if (item === 1) throw new Error('first');
      await nextTurn();
      await nextTurn();
      ended.push(item);
    });
    await expect(failing).rejects.toThrow('first');
    expect(begun).toEqual([1, 2]);
    expect(ended).toEqual([2]);
  });
});
