import {
  type Logger,
  type PassedCall,
  type RateLimitState,
  type RefusedCall,
  rateLimitTuning,
  type WantedCall,
} from '@winnow/core';
import { rateLimitScript } from './rate-limit-script.ts';
import { answered, connectRedis } from './redis-connection.ts';

export interface RedisRateLimitOptions {
  readonly redisUrl: string;
  /** Every key begins with it. */
  readonly prefix: string;
  readonly log: Logger;
  /** The window that providers count in; a minute, but in tests. The same in every process. */
  readonly windowMs?: number;
  /** For tests. By default the clock is Redis' own, so that workers whose clocks differ agree. */
  readonly now?: () => number;
}

/** Limits shared by every process that uses the same Redis and prefix. A key's state is dropped an hour after its last use. */
export function createRedisRateLimitState(options: RedisRateLimitOptions): RateLimitState {
  const { redisUrl, prefix, log, windowMs, now } = options;
  const redis = connectRedis(redisUrl, 'impatient', log);
  redis.defineCommand('limitRate', { numberOfKeys: 1, lua: rateLimitScript });
  const tuning = JSON.stringify(rateLimitTuning(windowMs));

  return {
    async take(key, call) {
      const [admitted, waitMs, takenAtMs] = await step('take', key, call);
      return { admitted: admitted === 1, waitMs: Number(waitMs), takenAtMs: Number(takenAtMs) };
    },
    async passed(key, call) {
      await step('passed', key, call);
    },
    async refused(key, call) {
      await step('refused', key, call);
    },
    async close() {
      redis.disconnect();
    },
  };

  function step(operation: string, key: string, call: WantedCall | PassedCall | RefusedCall) {
    const at = now === undefined ? '' : String(now());
    return answered(
      redis,
      redis.limitRate(`${prefix}:limit:${key}`, operation, JSON.stringify(call), tuning, at),
    );
  }
}

declare module 'ioredis' {
  interface RedisCommander {
    /** Made by `defineCommand`: the script and what it returns are in rate-limit-script.ts. */
    limitRate(
      key: string,
      operation: string,
      call: string,
      tuning: string,
      now: string,
    ): Promise<readonly [admitted: number, waitMs: string, now: string]>;
  }
}
