import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { answered } from './redis-connection.ts';

/** The lead among processes, for a time. */
export interface Lease {
  /** @returns whether the caller leads, for `ttlMs` from now. */
  take(ttlMs: number): Promise<boolean>;
  /** Lets another lead at once, where the caller does. */
  release(): Promise<void>;
}

/** Takes a free lease or lengthens one's own. KEYS: the lease. ARGV: who, milliseconds. */
const takeScript = `
local holder = redis.call('get', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/** Drops a lease if it is one's own. KEYS: the lease. ARGV: who. */
const releaseScript = `
if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end`;

/** A key in Redis that ends by itself; lost with it, so that two may lead for an instant. */
export function createLease(redis: Redis, key: string): Lease {
  const holder = randomUUID();
  let mayHold = false;
  return {
    async take(ttlMs) {
      mayHold = true;
      const forMs = Math.max(1, Math.ceil(ttlMs));
      return (await answered(redis, redis.eval(takeScript, 1, key, holder, forMs))) === 1;
    },
    async release() {
      if (mayHold && redis.status === 'ready')
        await answered(redis, redis.eval(releaseScript, 1, key, holder));
    },
  };
}
