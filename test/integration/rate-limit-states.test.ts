import { type RateLimitState, silentLogger } from '@winnow/core';
import { createRedisRateLimitState } from '@winnow/jobs';
import { createMemoryRateLimitState } from '@winnow/models';
import { redisUrl, uniquePrefix } from '@winnow/testkit';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';

const amount = fc.option(fc.integer({ min: 1, max: 3_000 }), { nil: null });
const limits = fc.record({
  requestsPerMinute: fc.constantFrom(null, 1, 7, 60, 1_000),
  tokensPerMinute: fc.constantFrom(null, 1_000, 50_000),
});
const said = fc.option(
  fc.record({
    requestsPerMinute: amount,
    tokensPerMinute: amount,
    remainingRequests: amount,
    remainingTokens: amount,
  }),
  { nil: null },
);
const step = fc.record({
  waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 90_000 })),
  kind: fc.constantFrom('take', 'take', 'take', 'passed', 'refused'),
  tokens: fc.integer({ min: 0, max: 2_000 }),
  priority: fc.constantFrom('bulk' as const, 'bulk' as const, 'interactive' as const),
  caller: fc.constantFrom('one', 'two', 'three'),
  deltaTokens: fc.integer({ min: -500, max: 500 }),
  forMs: fc.option(fc.integer({ min: 0, max: 30_000 }), { nil: null }),
  said,
});

test('the state in Redis answers everything as the one in this process does', async () => {
  let nowMs = 1_700_000_000_000;
  const now = () => nowMs;
  const inRedis = createRedisRateLimitState({
    redisUrl: redisUrl(),
    prefix: uniquePrefix(),
    log: silentLogger,
    now,
  });
  const inProcess = createMemoryRateLimitState({ now });
  onTestFinished(() => inRedis.close());
  let round = 0;

  await fc.assert(
    fc.asyncProperty(limits, fc.array(step, { minLength: 30, maxLength: 80 }), async (allowed, steps) => {
      const key = `round-${round++}`;
      let takenAtMs = nowMs;
      for (const { waitMs, kind, ...call } of steps) {
        nowMs += waitMs;
        const run = async (state: RateLimitState) => {
          if (kind === 'passed') return state.passed(key, { ...call, takenAtMs });
          if (kind === 'refused') return state.refused(key, { ...call, takenAtMs });
          return state.take(key, { ...call, limits: allowed });
        };
        const [one, other] = await Promise.all([run(inProcess), run(inRedis)]);
        expect(other).toEqual(one);
        if (one?.admitted === true) takenAtMs = one.takenAtMs;
      }
    }),
    { numRuns: 60 },
  );
});
