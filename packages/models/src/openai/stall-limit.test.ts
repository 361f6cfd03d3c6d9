import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStallLimit } from './stall-limit.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const never = new AbortController().signal;
const open = (signal = never) => createStallLimit(1_000, 'an answer of m', signal);

/** Items that come when they are sent. */
function source() {
  let { promise, resolve } = Promise.withResolvers<string>();
  return {
    send(item: string) {
      resolve(item);
      ({ promise, resolve } = Promise.withResolvers<string>());
    },
    async *items() {
      for (;;) yield await promise;
    },
  };
}

describe('createStallLimit', () => {
  it('ends a wait that is too long, and says what was waited for', () => {
    const stall = open();
    void stall.wait(new Promise(() => {}));
    vi.advanceTimersByTime(999);
    expect(stall.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(stall.signal.reason).toMatchObject({
      code: 'deadline_exceeded',
      message: 'an answer of m: nothing came for 1000 ms',
    });
  });

  it('does not time what was awaited once it came or failed', async () => {
    const stall = open();
    expect(await stall.wait(Promise.resolve('here'))).toBe('here');
    await expect(stall.wait(Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    vi.advanceTimersByTime(5_000);
    expect(stall.signal.aborted).toBe(false);
  });

  it('times each item anew, and not what the reader does in between', async () => {
    const stall = open();
    const { send, items } = source();
    const reader = stall.watch(items())[Symbol.asyncIterator]();
    for (const item of ['a', 'b', 'c']) {
      const next = reader.next();
      vi.advanceTimersByTime(900);
      send(item);
      expect(await next).toEqual({ value: item, done: false });
      vi.advanceTimersByTime(60_000);
    }
    expect(stall.signal.aborted).toBe(false);
    void reader.next();
    vi.advanceTimersByTime(1_000);
    expect(stall.signal.aborted).toBe(true);
  });

  it('leaves no timer behind when the reader stops', async () => {
    const { send, items } = source();
    const reader = open().watch(items())[Symbol.asyncIterator]();
    const next = reader.next();
    send('a');
    await next;
    await reader.return?.();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is aborted with the caller's reason", () => {
    const controller = new AbortController();
    const stall = open(controller.signal);
    controller.abort('because');
    expect(stall.signal.reason).toBe('because');
  });
});
