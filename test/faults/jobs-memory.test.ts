import { setTimeout as delay } from 'node:timers/promises';
import { AppError, defineJobs, silentLogger } from '@winnow/core';
import { createBullJobs } from '@winnow/jobs';
import { eventually, untilAborted } from '@winnow/testkit';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { faultJobs, lockDurationMs } from './fault-jobs.ts';
import { type Bench, type BenchOptions, openBench } from './jobs-bench.ts';

const memory = { settings: { maxmemory: '8mb' } };

describe('jobs while their Redis is out of memory', () => {
  it('that are put off are run after memory was freed, with no try spent', async () => {
    let refused = false;
    const scene = await open({
      async task() {
        if (refused) return;
        await scene.hold.opened;
        refused = true;
        throw new AppError('resource_exhausted', 'slow down', { retryAfterMs: 10 });
      },
    });
    await scene.system.queue.enqueue([{ name: 'task', payload: { item: 'a' } }]);
    await eventually(() => expect(scene.ran).toEqual(['a']));
    await scene.fill();
    scene.hold.open();
    await eventually(() => expect(scene.logged.map(({ event }) => event)).toContain('job-delayed'));
    await scene.free();
    await eventually(() => expect(scene.ran).toEqual(['a', 'a']));
    await eventually(async () => expect(await scene.system.queue.unfinished()).toEqual([]));
    expect(scene.logged).toContainEqual(expect.objectContaining({ event: 'job-done', attempt: 1 }));
    expect(scene.givenUp).toEqual([]);
  });

  it('that cannot be marked as parked are parked as soon as memory is freed', async () => {
    const scene = await open();
    const later = defineJobs({
      ...faultJobs,
      task: { ...faultJobs.task, payload: z.object({ version: z.int(), item: z.string() }), version: 1 },
    });
    const producer = createBullJobs(
      { ...later, task: { ...later.task, version: 2 } },
      { redisUrl: scene.redis.url, prefix: 'later', log: silentLogger },
    );
    const system = createBullJobs(later, {
      redisUrl: scene.redis.url,
      prefix: 'later',
      lockDurationMs: 60_000,
      log: silentLogger,
    });
    const idle = { run: async () => ({ outcome: 'done' as const }) };
    const worker = system.createWorker({
      handlers: { task: idle, sturdy: idle, neighbour: idle },
      log: silentLogger,
    });
    onTestFinished(() =>
      Promise.all([worker.close({ graceMs: 0 }), producer.queue.close()]).then(() => system.queue.close()),
    );
    await producer.queue.enqueue([{ name: 'task', payload: { version: 2, item: 'a' } }]);
    await scene.fill();
    await worker.start();
    await scene.free();
    await eventually(async () => {
      expect(await producer.queue.counts()).toMatchObject({ task: 1 });
      expect(await system.queue.parked()).toEqual([{ name: 'task', id: 'task-a', version: 2 }]);
    });
  });

  it('that lose their locks again and again by it are run again, and are not blamed for it', async () => {
    const aborted: string[] = [];
    const scene = await open({
      async task(item, { signal }) {
        const held = new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted.push(item);
            reject(signal.reason);
          });
        });
        await Promise.race([scene.hold.opened, held]);
      },
    });
    await scene.system.queue.enqueue([{ name: 'task', payload: { item: 'a' } }]);
    for (let times = 1; times <= 4; times++) {
      await eventually(() => expect(scene.ran).toHaveLength(times));
      await scene.fill();
      await eventually(() => expect(aborted).toHaveLength(times));
      await scene.free();
    }
    await eventually(() => expect(scene.ran).toHaveLength(5));
    scene.hold.open();
    await eventually(async () => expect(await scene.system.queue.unfinished()).toEqual([]));
    expect(scene.givenUp).toEqual([]);
  });

  it('do not make their workers hammer it, and it is logged once', async () => {
    const scene = await open({
      task: async (_, { signal }) => Promise.race([scene.hold.opened, untilAborted(signal)]),
    });
    const items = Array.from({ length: 20 }, (_, n) => `${n}`);
    await scene.system.queue.enqueue(items.map((item) => ({ name: 'task', payload: { item } })));
    await eventually(() => expect(scene.ran).toHaveLength(2));
    await scene.fill();
    // Now the worker has no job, and wants one.
    await eventually(() => {
      expect(scene.logged.filter(({ event }) => event === 'job-requeued')).toHaveLength(2);
    });
    const before = await scene.commands();
    await delay(3 * lockDurationMs);
    expect((await scene.commands()) - before).toBeLessThan(1_000);
    const full = scene.logged.filter(
      ({ event, code }) => event === 'queue-error' && code === 'resource_exhausted',
    );
    expect(full).toHaveLength(1);
    scene.hold.open();
    await scene.free();
    await eventually(async () => expect(await scene.system.queue.unfinished()).toEqual([]));
    expect(new Set(scene.ran)).toEqual(new Set(items));
  });
});

/** A bench on a Redis that a test fills and frees. */
async function open(
  options: BenchOptions = {},
): Promise<Bench & Awaited<ReturnType<typeof openBench>> & Memory> {
  const bench = await openBench(memory, options);
  const client = new Redis(bench.redis.url);
  onTestFinished(() => client.disconnect());
  return {
    ...bench,
    // Far above the limit in one step: Redis looks before it takes a value, not after.
    fill: async () => void (await client.setrange('ballast', 16 * 1024 * 1024, 'x')),
    free: async () => void (await client.del('ballast')),
    commands: async () => Number(/total_commands_processed:(\d+)/.exec(await client.info('stats'))?.[1]),
  };
}

interface Memory {
  fill(): Promise<void>;
  free(): Promise<void>;
  /** Commands that the server has run so far. */
  commands(): Promise<number>;
}
