import { AppError } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { abandonAfterMs, callUnderDeadline } from './under-deadline.ts';

const never = new AbortController().signal;
const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('callUnderDeadline', () => {
  it('gives what the work gives', async () => {
    expect(await callUnderDeadline(async () => 7, 60_000, never)).toBe(7);
  });

  it('calls it deadline_exceeded when the work stops at its deadline, however the work puts it', async () => {
    const wrapped = (signal: AbortSignal) =>
      aborted(signal).catch(() => Promise.reject(new TypeError('terminated')));
    await expect(callUnderDeadline(aborted, 1, never)).rejects.toMatchObject({ code: 'deadline_exceeded' });
    await expect(callUnderDeadline(wrapped, 1, never)).rejects.toMatchObject({ code: 'deadline_exceeded' });
  });

  it('keeps a fault that the work found by itself', async () => {
    const faulty = (signal: AbortSignal) =>
      aborted(signal).catch(() => Promise.reject(new AppError('invalid_argument', 'bad')));
    await expect(callUnderDeadline(faulty, 1, never)).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('aborts the work with the outer signal', async () => {
    const outer = new AbortController();
    const call = callUnderDeadline(aborted, 60_000, outer.signal);
    outer.abort();
    await expect(call).rejects.toMatchObject({ code: 'canceled' });
  });

  describe('with work that does not heed its signal', () => {
    beforeEach(() => {
      vi.useFakeTimers();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it('leaves it behind a while after it was aborted', async () => {
      const outer = new AbortController();
      const call = callUnderDeadline(() => new Promise(() => {}), 60_000, outer.signal);
      const refused = expect(call).rejects.toMatchObject({ code: 'canceled' });
      outer.abort();
      await vi.advanceTimersByTimeAsync(abandonAfterMs);
      await refused;
    });
  });
});
