import { expect, it } from 'vitest';
import { type ConcurrencyLimit, createConcurrencyLimit } from './concurrency-limit.ts';

/** A provider with `places`; calls beyond them queue, so that each takes longer. */
function rounds(limit: ConcurrencyLimit, clock: { nowMs: number }, places: number, count: number): void {
  for (let round = 0; round < count; round++) {
    const calls = limit.current;
    const startedAtMs = clock.nowMs;
    clock.nowMs += 100 * Math.ceil(calls / places);
    for (let call = 1; call <= calls; call++) {
      const durationMs = 100 * Math.ceil(call / places);
      limit.succeeded({ startedAtMs, durationMs, tokens: 1_000, full: true });
    }
  }
}

function scene() {
  const clock = { nowMs: 0 };
  return { clock, limit: createConcurrencyLimit(() => clock.nowMs) };
}

it('starts low and doubles each round trip while the provider keeps up', () => {
  const { clock, limit } = scene();
  const seen = [limit.current];
  for (let round = 0; round < 3; round++) {
    rounds(limit, clock, 1_000, 1);
    seen.push(limit.current);
  }
  expect(seen).toEqual([4, 8, 16, 32]);
});

it('settles where the provider begins to queue', () => {
  const { clock, limit } = scene();
  rounds(limit, clock, 4, 200);
  expect(limit.current).toBeGreaterThanOrEqual(4);
  expect(limit.current).toBeLessThanOrEqual(24);
});

it('does not grow on calls that left places free', () => {
  const { limit } = scene();
  for (let n = 0; n < 100; n++) limit.succeeded({ startedAtMs: 0, durationMs: 100, tokens: 1, full: false });
  expect(limit.current).toBe(4);
});

it('shrinks at a failure, once for all calls under way, and never below one', () => {
  const { clock, limit } = scene();
  rounds(limit, clock, 1_000, 3);
  const startedAtMs = clock.nowMs;
  clock.nowMs += 10;
  for (let n = 0; n < 10; n++) limit.failed({ startedAtMs });
  expect(limit.current).toBe(22);
  for (let n = 0; n < 50; n++) limit.failed({ startedAtMs: ++clock.nowMs });
  expect(limit.current).toBe(1);
});

it('grows by one each round trip after the first failure', () => {
  const { clock, limit } = scene();
  limit.failed({ startedAtMs: clock.nowMs });
  const before = limit.current;
  rounds(limit, clock, 1_000, 10);
  expect(limit.current).toBeGreaterThanOrEqual(before + 7);
  expect(limit.current).toBeLessThanOrEqual(before + 10);
});

it('compares calls with those of their own size: a large one is not slow because small ones are fast', () => {
  const { limit } = scene();
  for (let n = 0; n < 20; n++) {
    limit.succeeded({ startedAtMs: n, durationMs: 20, tokens: 10, full: true });
    limit.succeeded({ startedAtMs: n, durationMs: 2_000, tokens: 10_000, full: true });
  }
  expect(limit.current).toBeGreaterThan(20);
});
