import { defineJobs, type JobWorker, silentLogger } from '@winnow/core';
import { eventually, redisUrl, uniquePrefix } from '@winnow/testkit';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createBullJobs } from './bull-jobs.ts';

const jobs = defineJobs({
  task: {
    payload: z.object({ item: z.string() }),
    id: ({ item }) => `task-${item}`,
    attempts: 1,
    backoffMs: 1,
    timeoutMs: 10_000,
    concurrency: 1,
  },
});
const probeTimes = { everyMs: 50, aliveForMs: 1_000 };

describe('the probe of a worker', () => {
  let prefix: string;
  let redis: Redis;
  let ends: (() => Promise<unknown>)[];
  beforeEach(() => {
    prefix = uniquePrefix();
    redis = new Redis(redisUrl());
    ends = [async () => redis.disconnect()];
  });
  afterEach(async () => {
    for (const end of ends.reverse()) await end();
  });

  it('proves for long that the worker is alive', async () => {
    const worker = await work();
    const until = performance.now() + 3 * probeTimes.aliveForMs;
    while (performance.now() < until) {
      expect(worker.isAlive()).toBe(true);
      await redis.ping();
    }
  });

  it('uses only keys that end by themselves', async () => {
    await work();
    const seen = new Set<string>();
    await eventually(async () => {
      // A key may be new and not have its end yet; it has by the next look.
      for (const key of await probeKeys()) seen.add(key);
      expect(seen.size).toBeGreaterThanOrEqual(3);
    });
    await eventually(async () => {
      const keys = await probeKeys();
      const ends = await Promise.all(keys.map((key) => redis.ttl(key)));
      expect(keys.filter((_, i) => ends[i] === -1)).toEqual([]);
    });
  });

  it('leaves nothing behind when the worker closes', async () => {
    const worker = await work();
    await eventually(async () => expect(await probeKeys()).not.toEqual([]));
    await worker.close({ graceMs: 1_000 });
    expect(await probeKeys()).toEqual([]);
  });

  it('gives an end to what a worker left behind that died between two steps', async () => {
    const left = [`${prefix}:probe-dead:wait`, `${prefix}:probe-dead:probe`];
    const others = [`${prefix}:task:meta`, `${uniquePrefix()}:probe-dead:wait`];
    for (const key of [...left, ...others]) await redis.set(key, 'x');
    ends.push(() => redis.del(...others));
    await work();
    await eventually(async () => {
      for (const key of left) expect(await redis.ttl(key)).toBeGreaterThan(0);
    });
    for (const key of others) expect(await redis.ttl(key)).toBe(-1);
  });

  it('is not taken by the worker of another process', async () => {
    const [one, other] = [await work(), await work()];
    await one.close({ graceMs: 0 });
    const until = performance.now() + 2 * probeTimes.aliveForMs;
    while (performance.now() < until) await redis.ping();
    expect([one.isAlive(), other.isAlive()]).toEqual([false, true]);
  });

  async function work(): Promise<JobWorker> {
    const system = createBullJobs(jobs, { redisUrl: redisUrl(), prefix, probeTimes, log: silentLogger });
    const worker = system.createWorker({
      handlers: { task: { run: async () => ({ outcome: 'done' }) } },
      log: silentLogger,
    });
    ends.push(() => system.queue.close());
    ends.push(() => worker.close({ graceMs: 0 }));
    await worker.start();
    return worker;
  }

  function probeKeys(): Promise<string[]> {
    return redis.keys(`${prefix}:probe-*`);
  }
});
