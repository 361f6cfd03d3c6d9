import { silentLogger } from '@winnow/core';
import { describeRateLimitState, redisUrl, uniquePrefix } from '@winnow/testkit';
import { createRedisRateLimitState } from './redis-rate-limit-state.ts';

describeRateLimitState('Redis', async (now) =>
  createRedisRateLimitState({ redisUrl: redisUrl(), prefix: uniquePrefix(), log: silentLogger, now }),
);
