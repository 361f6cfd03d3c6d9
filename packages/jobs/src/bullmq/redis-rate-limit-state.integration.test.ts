import { silentLogger } from '@winnow/core';
import { describeRateLimitState, redisUrl, uniquePrefix } from '@winnow/testkit';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRedisRateLimitState } from './redis-rate-limit-state.ts';

describeRateLimitState('Redis', async (now) =>
  createRedisRateLimitState({ redisUrl: redisUrl(), prefix: uniquePrefix(), log: silentLogger, now }),
);

describe('createRedisRateLimitState', () => {
  it('keeps less than 8 KB a key after a full minute of calls, and not for ever', async () => {
    const prefix = uniquePrefix();
    let nowMs = 1_700_000_000_000;
    const state = open(prefix, () => nowMs);
    const limits = { requestsPerMinute: 1_000_000, tokensPerMinute: 1_000_000_000 };
    for (let n = 0; n < 300; n++) {
      await state.take('key', { tokens: 123_456, priority: 'bulk', limits, caller: `caller-${n % 70}` });
      nowMs += 250;
    }
    const redis = new Redis(redisUrl());
    onTestFinished(() => redis.disconnect());
    const [key = ''] = await redis.keys(`${prefix}*`);
    expect(await redis.strlen(key)).toBeLessThan(8_000);
    expect(await redis.pttl(key)).toBeGreaterThan(0);
  });

  it('is shared by all that have its prefix, and by no others', async () => {
    const prefix = uniquePrefix();
    const [one, same, other] = [open(prefix), open(prefix), open(uniquePrefix())];
    const limits = { requestsPerMinute: 1, tokensPerMinute: null };
    const call = { tokens: 1, priority: 'interactive', limits, caller: 'one' } as const;
    expect((await one.take('key', call)).admitted).toBe(true);
    expect((await same.take('key', call)).admitted).toBe(false);
    expect((await other.take('key', call)).admitted).toBe(true);
  });

  function open(prefix: string, now?: () => number) {
    const clock = now === undefined ? {} : { now };
    const state = createRedisRateLimitState({ redisUrl: redisUrl(), prefix, log: silentLogger, ...clock });
    onTestFinished(() => state.close());
    return state;
  }
});
