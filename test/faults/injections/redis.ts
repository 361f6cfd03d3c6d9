import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { LinkCondition } from '../../../infra/dev/tcp-proxy.ts';
import { commandRedis } from '../scene/command-redis.ts';
import type { FullScene } from '../scene/full-scene.ts';
import type { FullInjection } from './injection.ts';

export const redisRestarted: FullInjection = {
  name: 'Redis is killed, and starts again with its append-only file',
  part: 'queue',
  seconds: [0.1, 5],
  async begin({ scene }) {
    await scene.redis.kill();
    return () => scene.redis.restart();
  },
};

/** As after a power cut: what was not yet on the disk is lost. */
export const redisForgetsLastWrites: FullInjection = {
  name: 'Redis is killed, and the end of its append-only file is lost',
  part: 'queue',
  seconds: [0.1, 2],
  weight: 2,
  async begin({ scene, random }) {
    await scene.redis.kill();
    await cutAppendOnlyFile(scene, Math.floor(random() * 32_768));
    return () => scene.redis.restart();
  },
};

export const redisFlushed: FullInjection = {
  name: 'Redis is flushed',
  part: 'queue',
  seconds: [0.1, 1],
  weight: 2,
  async begin({ scene }) {
    await commandRedis(scene.redis, 'FLUSHALL');
    return async () => {};
  },
};

export const redisFull: FullInjection = {
  name: 'Redis is out of memory',
  part: 'queue',
  seconds: [1, 6],
  async begin({ scene }) {
    await commandRedis(scene.redis, 'CONFIG', 'SET', 'maxmemory', '1');
    return async () => void (await commandRedis(scene.redis, 'CONFIG', 'SET', 'maxmemory', '0'));
  },
};

export const redisCutOff: FullInjection = overLink('Redis is cut off', { kind: 'cut' }, [0.5, 8]);
export const redisSlow: FullInjection = overLink(
  'Redis answers 2 s late',
  { kind: 'slow', latencyMs: 1_000 },
  [2, 6],
);
export const redisSilent: FullInjection = overLink('Redis is silent', { kind: 'silent' }, [2, 10]);

export const redisHalfOpen: FullInjection = {
  name: 'connections to Redis are half open',
  part: 'queue',
  seconds: [0.1, 1],
  async begin({ scene }) {
    scene.redisLink.abandon();
    return async () => {};
  },
};

export const redisResets: FullInjection = {
  name: 'connections to Redis are reset',
  part: 'queue',
  seconds: [0.1, 1],
  async begin({ scene }) {
    scene.redisLink.reset();
    return async () => {};
  },
};

function overLink(name: string, condition: LinkCondition, seconds: readonly [number, number]): FullInjection {
  return {
    name,
    part: 'queue',
    seconds,
    async begin({ scene }) {
      await scene.redisLink.set(condition);
      return () => scene.redisLink.set({ kind: 'open' });
    },
  };
}

/** Takes bytes off the end of the append-only file of a Redis that does not run. */
async function cutAppendOnlyFile({ redisFolder }: FullScene, bytes: number): Promise<void> {
  const folder = join(redisFolder, 'appendonlydir');
  const newest = (await readdir(folder))
    .filter((name) => name.endsWith('.incr.aof'))
    .sort()
    .at(-1);
  if (newest === undefined) throw new Error('Redis has no append-only file');
  const path = join(folder, newest);
  await truncate(path, Math.max(0, (await stat(path)).size - bytes));
}
