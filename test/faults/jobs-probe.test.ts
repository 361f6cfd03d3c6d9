import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { openBench } from './jobs-bench.ts';

const probeTimes = { everyMs: 100, aliveForMs: 1_500 };

describe('a worker finds out that it is not alive', () => {
  it.each(['is frozen', 'was killed'])(
    'when Redis %s, and that it is again when Redis is back',
    async (fault) => {
      const { redis, worker } = await openBench({}, { probeTimes });
      await delay(2 * probeTimes.aliveForMs);
      expect(worker.isAlive()).toBe(true);
      await (fault === 'is frozen' ? redis.signal('SIGSTOP') : redis.kill());
      await eventually(() => expect(worker.isAlive()).toBe(false));
      await (fault === 'is frozen' ? redis.signal('SIGCONT') : redis.restart());
      await eventually(() => expect(worker.isAlive()).toBe(true));
    },
  );

  it('when its own event loop stood still', async () => {
    const { worker } = await openBench({}, { probeTimes });
    await delay(500);
    expect(worker.isAlive()).toBe(true);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * probeTimes.aliveForMs);
    expect(worker.isAlive()).toBe(false);
    await eventually(() => expect(worker.isAlive()).toBe(true));
  });

  it('when Redis is full, since no job can be put in', async () => {
    const { redis, worker, system } = await openBench({ settings: { maxmemory: '1kb' } }, { probeTimes });
    await eventually(() => expect(worker.isAlive()).toBe(false));
    await expect(system.queue.enqueue([{ name: 'task', payload: { item: 'a' } }])).rejects.toMatchObject({
      code: 'resource_exhausted',
    });
    expect(redis.pid).toBeGreaterThan(0);
  });
});
