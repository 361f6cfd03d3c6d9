import { setImmediate as loopTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createTurns, nextTurn } from './turns.ts';

const never = new AbortController().signal;

/** Keeps the thread as work of that length does. */
function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('createTurns', () => {
  it('lets one of many long pieces of work go on in a turn of the loop, each after the others', async () => {
    let turn = 0;
    let isOver = false;
    const counting = (async () => {
      while (!isOver) {
        await loopTurn();
        turn += 1;
      }
    })();
    const seen: { readonly who: number; readonly turn: number }[] = [];
    const long = async (who: number) => {
      const pause = createTurns(never);
      for (let step = 0; step < 4; step += 1) {
        work(11);
        await pause();
        seen.push({ who, turn });
      }
    };
    await Promise.all([0, 1, 2, 3, 4].map(long));
    isOver = true;
    await counting;
    const turns = seen.map((each) => each.turn);
    expect(new Set(turns).size).toBe(turns.length);
    expect(seen.map(({ who }) => who)).toEqual([0, 1, 2, 3, 4].flatMap(() => [0, 1, 2, 3, 4]).slice(0, 20));
  });

  it('keeps nobody waiting before its slice is used up', async () => {
    let isNext = false;
    const later = nextTurn().then(() => {
      isNext = true;
    });
    await createTurns(never)();
    expect(isNext).toBe(false);
    await later;
  });

  it('ends work whose signal was aborted', async () => {
    const aborting = new AbortController();
    const pause = createTurns(aborting.signal);
    work(11);
    aborting.abort();
    await expect(pause()).rejects.toMatchObject({ code: 'canceled' });
  });
});
