import { describe, expect, test } from 'vitest';
import { createJoinedCalls } from './joined-calls.ts';

const never = new AbortController().signal;

describe('createJoinedCalls', () => {
  test('a caller that leaves takes the call from nobody else', async () => {
    const calls = createJoinedCalls<string, number>();
    const made = Promise.withResolvers<number>();
    const leaving = new AbortController();
    let canceled = false;
    const first = calls.join('key', leaving.signal, (signal) => {
      signal.addEventListener('abort', () => {
        canceled = true;
      });
      return made.promise;
    });
    const second = calls.join('key', never, () => Promise.reject(new Error('made twice')));
    leaving.abort();
    await expect(first).rejects.toMatchObject({ code: 'canceled' });
    expect(canceled).toBe(false);
    made.resolve(7);
    expect(await second).toEqual({ value: 7, joined: true });
  });

  test('a call that nobody waits for any more is canceled, and the next caller makes another', async () => {
    const calls = createJoinedCalls<string, number>();
    const leaving = new AbortController();
    let told: AbortSignal | null = null;
    const first = calls.join('key', leaving.signal, (signal) => {
      told = signal;
      return new Promise(() => {});
    });
    leaving.abort();
    await expect(first).rejects.toMatchObject({ code: 'canceled' });
    expect(told).toMatchObject({ aborted: true });
    expect(await calls.join('key', never, async () => 8)).toEqual({ value: 8, joined: false });
  });

  test('a call that fails fails for all that wait, and is made again the next time', async () => {
    const calls = createJoinedCalls<string, number>();
    const fail = () => Promise.reject(new Error('no'));
    const both = [calls.join('key', never, fail), calls.join('key', never, async () => 1)];
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await calls.join('key', never, async () => 2)).toEqual({ value: 2, joined: false });
  });
});
