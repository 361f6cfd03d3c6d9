import {
  AppError,
  type CallPriority,
  type RateLimitState,
  type RateLimits,
  silentLogger,
} from '@winnow/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryRateLimitState } from '../limiter/memory-rate-limit-state.ts';
import { createProviderCalls, type ProviderCallsOptions } from './create-provider-calls.ts';
import type { ProviderAnswer, ProviderCalls } from './provider-calls.ts';

const unlimited: RateLimits = { requestsPerMinute: null, tokensPerMinute: null };
const never = new AbortController().signal;
const refusal = (retryAfterMs?: number) =>
  new AppError('resource_exhausted', 'too many', retryAfterMs === undefined ? {} : { retryAfterMs });

/** A provider that answers when told to, or at once with what is scripted. */
function scene(options: Partial<ProviderCallsOptions> = {}) {
  const state = createMemoryRateLimitState();
  const calls = createProviderCalls({
    provider: 'test',
    key: 'key',
    state,
    limits: unlimited,
    log: silentLogger,
    ...options,
  });
  return { state, calls };
}

const answerOf = <Value>(value: Value, more: Partial<ProviderAnswer<Value>> = {}) => ({
  value,
  tokens: null,
  headers: null,
  ...more,
});

/** Runs a call that fails with each error in turn and then answers; counts how often it was made. */
function failing(calls: ProviderCalls, priority: CallPriority, ...errors: readonly (AppError | 'ok')[]) {
  const made = { count: 0, atMs: [] as number[] };
  const done = calls.run({ tokens: 10, priority, signal: never }, async () => {
    made.atMs.push(performance.now());
    const error = errors[Math.min(made.count++, errors.length - 1)];
    if (error !== undefined && error !== 'ok') throw error;
    return answerOf('answer');
  });
  const settled = done.catch((error: unknown) => error);
  return { made, settled };
}

async function inTime<Value>(promise: Promise<Value>): Promise<Value> {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  while (!settled) await vi.advanceTimersByTimeAsync(50);
  return promise;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The head of a stream. */
const head = async () => ({ value: null, headers: null });

describe('bulk calls', () => {
  it('are made again in place after a short pause, since a refused call is not billed', async () => {
    const { calls } = scene();
    const { made, settled } = failing(calls, 'bulk', refusal(), refusal(2_000), 'ok');
    expect(await inTime(settled)).toBe('answer');
    expect(made.count).toBe(3);
    expect((made.atMs[2] ?? 0) - (made.atMs[1] ?? 0)).toBeGreaterThanOrEqual(2_000);
  });

  it('go back to their queue where the wait is long, and say how long it is', async () => {
    const { calls } = scene();
    const { made, settled } = failing(calls, 'bulk', refusal(30_000));
    expect(await inTime(settled)).toMatchObject({
      code: 'resource_exhausted',
      message: 'too many',
      retryAfterMs: 30_000,
    });
    const next = failing(calls, 'bulk', 'ok');
    expect(await inTime(next.settled)).toMatchObject({
      code: 'resource_exhausted',
      retryAfterMs: expect.any(Number),
    });
    expect([made.count, next.made.count]).toEqual([1, 0]);
  });

  it('are not made again and again by a provider that refuses for ever', async () => {
    const { calls } = scene();
    const { made, settled } = failing(calls, 'bulk', refusal());
    expect(await inTime(settled)).toMatchObject({ code: 'resource_exhausted' });
    expect(made.count).toBeLessThanOrEqual(8);
  });

  it.each(['unavailable', 'deadline_exceeded', 'invalid_argument'] as const)(
    'are made once where they fail with %s: the queue tries again, or nobody',
    async (code) => {
      const { made, settled } = failing(scene().calls, 'bulk', new AppError(code, 'no'));
      expect(await inTime(settled)).toMatchObject({ code });
      expect(made.count).toBe(1);
    },
  );

  it('are not met all at once by a provider that has not answered yet', async () => {
    const { calls } = scene();
    const { promise, resolve } = Promise.withResolvers<ProviderAnswer<string>>();
    let underWay = 0;
    const all = Array.from({ length: 20 }, () =>
      calls.run({ tokens: 1, priority: 'bulk', signal: never }, () => {
        underWay += 1;
        return promise;
      }),
    );
    await vi.advanceTimersByTimeAsync(1_000);
    expect(underWay).toBe(4);
    resolve(answerOf('answer'));
    await inTime(Promise.all(all));
    expect(underWay).toBe(20);
  });

  it('keep to limits from the headers of the first answers', async () => {
    const { calls } = scene();
    const headers = new Headers({ 'x-ratelimit-limit-requests': '60' });
    const madeAtMs: number[] = [];
    const all = Array.from({ length: 70 }, () =>
      calls.run({ tokens: 1, priority: 'bulk', signal: never }, async () => {
        madeAtMs.push(performance.now());
        return answerOf('answer', { headers });
      }),
    );
    await inTime(Promise.all(all));
    const first = madeAtMs[0] ?? 0;
    expect(madeAtMs.filter((atMs) => atMs < first + 60_000).length).toBeLessThanOrEqual(60);
  });
});

describe('interactive calls', () => {
  it.each([
    ['resource_exhausted', 3],
    ['unavailable', 3],
    ['deadline_exceeded', 1],
    ['invalid_argument', 1],
    ['internal', 1],
  ] as const)('that fail with %s are made %i times in all', async (code, times) => {
    const { made, settled } = failing(scene().calls, 'interactive', new AppError(code, 'no'));
    expect(await inTime(settled)).toMatchObject({ code });
    expect(made.count).toBe(times);
  });

  it('are made again until one is answered', async () => {
    const { made, settled } = failing(
      scene().calls,
      'interactive',
      refusal(500),
      new AppError('unavailable', 'no'),
      'ok',
    );
    expect(await inTime(settled)).toBe('answer');
    expect(made.count).toBe(3);
  });

  it('are not made where the limits ask for more than the three seconds that they wait', async () => {
    const { calls, state } = scene();
    const { takenAtMs } = await state.take('key', {
      tokens: 1,
      priority: 'bulk',
      limits: unlimited,
      caller: 'other',
    });
    await state.refused('key', { takenAtMs, tokens: 1, forMs: 5_000 });
    const { made, settled } = failing(calls, 'interactive', 'ok');
    expect(await settled).toMatchObject({ code: 'resource_exhausted', retryAfterMs: 5_000 });
    expect(made.count).toBe(0);
  });

  it('are refused after three seconds, though places were promised sooner', async () => {
    const { calls } = scene();
    const held = Array.from({ length: 8 }, () =>
      calls.open({ tokens: 1, priority: 'interactive', signal: never }, head),
    );
    await Promise.all(held);
    const { made, settled } = failing(calls, 'interactive', 'ok');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await settled).toMatchObject({ code: 'resource_exhausted' });
    expect(made.count).toBe(0);
  });

  it('go before bulk calls that wait, and are not held up by those under way', async () => {
    const { calls } = scene();
    const order: string[] = [];
    const hold = Promise.withResolvers<void>();
    const run = (name: string, priority: CallPriority) =>
      calls.run({ tokens: 1, priority, signal: never }, async () => {
        order.push(name);
        await hold.promise;
        return answerOf(name);
      });
    const all = Array.from({ length: 8 }, () => run('bulk', 'bulk'));
    await vi.advanceTimersByTimeAsync(0);
    all.push(run('question', 'interactive'));
    await vi.advanceTimersByTimeAsync(0);
    expect(order).toEqual(['bulk', 'bulk', 'bulk', 'bulk', 'question']);
    hold.resolve();
    await inTime(Promise.all(all));
  });

  it('are made unasked where the shared limits cannot be reached', async () => {
    const away = () => Promise.reject(new AppError('unavailable', 'away'));
    const state: RateLimitState = { take: away, passed: away, refused: away, close: away };
    const { made, settled } = failing(scene({ state }).calls, 'interactive', 'ok');
    expect(await inTime(settled)).toBe('answer');
    expect(made.count).toBe(1);
    const bulk = failing(scene({ state }).calls, 'bulk', 'ok');
    expect(await inTime(bulk.settled)).toMatchObject({ code: 'unavailable' });
    expect(bulk.made.count).toBe(0);
  });
});

describe('createProviderCalls', () => {
  it('loses no answer because the shared limits cannot be told of it', async () => {
    const { state } = scene();
    const mute = { ...state, passed: () => Promise.reject(new AppError('unavailable', 'away')) };
    const { settled } = failing(scene({ state: mute }).calls, 'bulk', 'ok');
    expect(await inTime(settled)).toBe('answer');
  });

  it('asks the shared limits for the first in line only, however many wait', async () => {
    const { state } = scene();
    const take = vi.fn(state.take);
    const { calls } = scene({ state: { ...state, take }, limits: { ...unlimited, requestsPerMinute: 60 } });
    const all = Array.from({ length: 100 }, () => failing(calls, 'bulk', 'ok').settled);
    await vi.advanceTimersByTimeAsync(10_000);
    const asked = take.mock.calls.length;
    expect(asked).toBeLessThanOrEqual(2 * 14);
    await inTime(Promise.all(all));
  });

  it('leaves the line when it is canceled, and the next one goes on', async () => {
    const { calls } = scene({ limits: { ...unlimited, requestsPerMinute: 60 } });
    await Promise.all([failing(calls, 'bulk', 'ok').settled, failing(calls, 'bulk', 'ok').settled]);
    const controller = new AbortController();
    const make = vi.fn(async () => answerOf('answer'));
    const canceled = calls.run({ tokens: 1, priority: 'bulk', signal: controller.signal }, make);
    const next = failing(calls, 'bulk', 'ok');
    await vi.advanceTimersByTimeAsync(10);
    controller.abort();
    await expect(canceled).rejects.toMatchObject({ code: 'canceled' });
    expect(make).not.toHaveBeenCalled();
    expect(await inTime(next.settled)).toBe('answer');
  });

  it('does not make a call that is canceled already', async () => {
    const make = vi.fn(async () => answerOf('answer'));
    const signal = AbortSignal.abort();
    await expect(scene().calls.run({ tokens: 1, priority: 'bulk', signal }, make)).rejects.toMatchObject({
      code: 'canceled',
    });
    expect(make).not.toHaveBeenCalled();
  });

  it('gives back what a call took less than it was thought to', async () => {
    const { calls } = scene({ limits: { ...unlimited, tokensPerMinute: 1_000 } });
    const run = () =>
      calls.run({ tokens: 1_000, priority: 'interactive', signal: never }, async () =>
        answerOf('answer', { tokens: 100 }),
      );
    const startMs = performance.now();
    await run();
    expect(performance.now()).toBe(startMs);
    const next = calls.run({ tokens: 900, priority: 'interactive', signal: never }, async () =>
      answerOf('next'),
    );
    expect(await next).toBe('next');
  });

  it('raises estimates that were too low, before the provider has to refuse', async () => {
    const { state } = scene();
    const take = vi.fn(state.take);
    const { calls } = scene({ state: { ...state, take } });
    for (let n = 0; n < 60; n++) {
      await calls.run({ tokens: 100, priority: 'bulk', signal: never }, async () =>
        answerOf('', { tokens: 150 }),
      );
    }
    expect(take.mock.lastCall?.[1].tokens).toBeGreaterThanOrEqual(149);
    expect(take.mock.lastCall?.[1].tokens).toBeLessThanOrEqual(150);
  });

  it('holds the place of a stream until it ends, once', async () => {
    const { calls } = scene();
    const held = await Promise.all(
      Array.from({ length: 4 }, () => calls.open({ tokens: 1, priority: 'bulk', signal: never }, head)),
    );
    const next = failing(calls, 'bulk', 'ok');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(next.made.count).toBe(0);
    held[0]?.end({ tokens: 5 });
    held[0]?.end({ tokens: 5 });
    await vi.advanceTimersByTimeAsync(0);
    expect(await next.settled).toBe('answer');
  });

  it('stops all calls for as long as the provider of a stream asks', async () => {
    const { calls } = scene();
    const permit = await calls.open({ tokens: 1, priority: 'interactive', signal: never }, head);
    permit.end({ error: refusal(2_000) });
    const next = failing(calls, 'interactive', 'ok');
    await vi.advanceTimersByTimeAsync(1_900);
    expect(next.made.count).toBe(0);
    expect(await inTime(next.settled)).toBe('answer');
  });
});
