import { describe, expect, it } from 'vitest';
import { settledWithin, unlessAborted, withDeadline, within } from './deadline.ts';
import { AppError } from './errors.ts';

const forever = new AbortController().signal;
const never = () => new Promise<never>(() => {});

describe('withDeadline', () => {
  it('stops waiting for a call that ignores its signal', async () => {
    await expect(withDeadline('the model', 5, forever, never)).rejects.toMatchObject({
      code: 'deadline_exceeded',
      message: 'the model took longer than 5 ms',
    });
  });

  it('tells a caller that gave up from a deadline', async () => {
    const caller = new AbortController();
    const waiting = withDeadline('the model', 60_000, caller.signal, never);
    caller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'canceled' });
    await expect(withDeadline('the model', 60_000, caller.signal, never)).rejects.toMatchObject({
      code: 'canceled',
    });
  });

  it('passes results and errors through', async () => {
    await expect(withDeadline('it', 60_000, forever, async () => 7)).resolves.toBe(7);
    const failing = async () => {
      throw new AppError('unavailable', 'gone');
    };
    await expect(withDeadline('it', 60_000, forever, failing)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('unlessAborted', () => {
  it('is what the promise comes to', async () => {
    const { signal } = new AbortController();
    expect(await unlessAborted(Promise.resolve(1), undefined)).toBe(1);
    expect(await unlessAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(unlessAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  });

  it('ends with the reason once the signal is aborted, or at once', async () => {
    const aborting = new AbortController();
    const waiting = unlessAborted(never(), aborting.signal);
    const reason = new AppError('unavailable', 'closed');
    aborting.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(unlessAborted(never(), aborting.signal)).rejects.toBe(reason);
    await expect(unlessAborted(never(), AbortSignal.abort())).rejects.toMatchObject({ code: 'canceled' });
  });

  it('an event alone, without an abort, ends nothing', async () => {
    const { signal } = new AbortController();
    const { promise, resolve } = Promise.withResolvers<number>();
    const waiting = unlessAborted(promise, signal);
    signal.dispatchEvent(new Event('abort'));
    resolve(1);
    expect(await waiting).toBe(1);
  });
});

describe('within', () => {
  it('is what the promise comes to, or the error of the delay', async () => {
    const late = () => new AppError('deadline_exceeded', 'too late');
    expect(await within(Promise.resolve(1), 60_000, late)).toBe(1);
    await expect(within(Promise.reject(new Error('no')), 60_000, late)).rejects.toThrow('no');
    await expect(within(never(), 1, late)).rejects.toThrow('too late');
  });
});

describe('settledWithin', () => {
  it('tells whether a promise settled in time, whatever came of it', async () => {
    expect(await settledWithin(Promise.resolve(), 60_000)).toBe(true);
    expect(await settledWithin(Promise.reject(new Error('no')), 60_000)).toBe(true);
    expect(await settledWithin(never(), 1)).toBe(false);
  });
});
