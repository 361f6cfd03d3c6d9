import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { answered } from './redis-connection.ts';

/** The lead among processes, for a time. */
export interface Lease {
  /** @returns whether the caller leads, for `ttlMs` from now. */
  take(ttlMs: number): Promise<boolean>;
}

/** Takes a free lease or lengthens one's own. KEYS: the lease. ARGV: who, milliseconds. */
const script = `
local holder = redis.call('get', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/** A key in Redis that ends by itself; lost with it, so that two may lead for an instant. */
export function createLease(redis: Redis, key: string): Lease {
  const holder = randomUUID();
  return {
    async take(ttlMs) {
      return (await answered(redis.eval(script, 1, key, holder, Math.ceil(ttlMs)))) === 1;
    },
  };
}
