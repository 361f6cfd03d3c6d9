import { defineJobs, silentLogger } from '@winnow/core';
import { redisUrl, uniquePrefix } from '@winnow/testkit';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createBullQueue } from './bull-queue.ts';

const kind = {
  payload: z.object({ item: z.string() }),
  id: ({ item }: { readonly item: string }) => `job-${item}`,
  attempts: 1,
  backoffMs: 0,
  timeoutMs: 1_000,
  concurrency: 1,
};
const thisVersion = defineJobs({ index: kind });
const newerVersion = defineJobs({
  index: kind,
  translate: { ...kind, version: 2, payload: z.object({ item: z.string(), version: z.literal(2) }) },
});

function opened<Catalog extends typeof thisVersion>(catalog: Catalog, prefix: string) {
  const queue = createBullQueue(catalog, { redisUrl: redisUrl(), prefix, log: silentLogger });
  onTestFinished(() => queue.close());
  return queue;
}

test('jobs of a kind that only a newer version has are parked, and its queue is left as it is', async () => {
  const prefix = uniquePrefix();
  const newer = opened(newerVersion, prefix);
  await newer.enqueue([
    { name: 'index', payload: { item: 'a' } },
    { name: 'translate', payload: { item: 'b', version: 2 } },
  ]);
  const redis = new Redis(redisUrl());
  onTestFinished(() => redis.disconnect());
  await redis.hset(`${prefix}:translate:meta`, 'opts.maxLenEvents', '7');

  const older = opened(thisVersion, prefix);
  expect(await older.parked()).toEqual([{ name: 'translate', id: 'job-b', version: 2 }]);
  expect(await older.unfinished()).toMatchObject([{ name: 'index' }]);
  expect(await newer.parked()).toEqual([]);
  expect(await redis.hget(`${prefix}:translate:meta`, 'opts.maxLenEvents')).toBe('7');
});
