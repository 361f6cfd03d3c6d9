import { AppError } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { unlessAborted } from './unless-aborted.ts';

const never = new Promise<never>(() => {});

describe('unlessAborted', () => {
  test('is what the promise comes to', async () => {
    const { signal } = new AbortController();
    expect(await unlessAborted(Promise.resolve(1), undefined)).toBe(1);
    expect(await unlessAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(unlessAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  });

  test('ends with the reason once the signal is aborted, or at once', async () => {
    const aborting = new AbortController();
    const waiting = unlessAborted(never, aborting.signal);
    const reason = new AppError('unavailable', 'closed');
    aborting.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(unlessAborted(never, aborting.signal)).rejects.toBe(reason);
    await expect(unlessAborted(never, AbortSignal.abort())).rejects.toMatchObject({ code: 'canceled' });
  });

  test('an event alone, without an abort, ends nothing', async () => {
    const { signal } = new AbortController();
    const { promise, resolve } = Promise.withResolvers<number>();
    const waiting = unlessAborted(promise, signal);
    signal.dispatchEvent(new Event('abort'));
    resolve(1);
    expect(await waiting).toBe(1);
  });
});
