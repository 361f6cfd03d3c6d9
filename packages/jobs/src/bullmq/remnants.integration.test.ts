import { defineJobs, type LogFields, silentLogger } from '@winnow/core';
import { redisUrl, uniquePrefix } from '@winnow/testkit';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { createBullQueue } from './bull-queue.ts';
import { createBullWorker } from './bull-worker.ts';

const catalog = defineJobs({
  index: {
    payload: z.object({ item: z.string() }),
    id: ({ item }: { readonly item: string }) => `job-${item}`,
    attempts: 1,
    backoffMs: 0,
    timeoutMs: 10_000,
    concurrency: 1,
  },
});

test('what a Redis that lost data has left of a job is cleared away, and its work can be put in anew', async () => {
  const prefix = uniquePrefix();
  const redis = new Redis(redisUrl());
  onTestFinished(() => redis.disconnect());
  const queue = createBullQueue(catalog, { redisUrl: redisUrl(), prefix, log: silentLogger });
  onTestFinished(() => queue.close());
  await queue.enqueue([{ name: 'index', payload: { item: 'a' } }]);
  const [bullId = ''] = await redis.lrange(`${prefix}:index:wait`, 0, -1);
  await redis.del(`${prefix}:index:${bullId}`);

  const logged: LogFields[] = [];
  const note = (fields: LogFields) => void logged.push(fields);
  const log = { ...silentLogger, warn: note, error: note };
  const done: string[] = [];
  const worker = createBullWorker(catalog, {
    redisUrl: redisUrl(),
    prefix,
    queue,
    lockDurationMs: 10_000,
    log,
    handlers: {
      index: {
        async run({ item }) {
          done.push(item);
          return { outcome: 'done' };
        },
      },
    },
  });
  onTestFinished(() => worker.close({ graceMs: 1_000 }));
  await worker.start();
  await vi.waitFor(
    async () => {
      await queue.enqueue([{ name: 'index', payload: { item: 'a' } }]);
      expect(done).toEqual(['a']);
    },
    { timeout: 30_000, interval: 200 },
  );
  expect(logged).toEqual([{ event: 'job-remnant', queue: 'index', jobId: bullId }]);
  await vi.waitFor(async () => expect(await redis.exists(`${prefix}:index:${bullId}`)).toBe(0));
});
