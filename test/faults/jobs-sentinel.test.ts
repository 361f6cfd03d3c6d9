import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@winnow/testkit';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSentinel } from '../../infra/dev/redis-sentinel.ts';
import type { RunningServer } from '../../infra/dev/running-server.ts';
import { attachBench, openRedis } from './jobs-bench.ts';

const items = Array.from({ length: 60 }, (_, n) => `${n}`);
const jobs = items.map((item) => ({ name: 'task', payload: { item } }) as const);
const after = { name: 'task', payload: { item: 'after' } } as const;

describe('jobs in a Redis whose sentinels name the master', () => {
  it.each(['dies', 'freezes'])(
    'are all run, though the master %s in the middle and a replica takes its place',
    async (fault) => {
      const { master, redisUrl } = await openSentinels();
      const { system, ran, givenUp } = await attachBench(redisUrl, { task: async () => delay(50) });
      await system.queue.check(AbortSignal.timeout(10_000));
      await system.queue.enqueue(jobs);
      await replicated(master);
      await eventually(() => expect(ran.length).toBeGreaterThan(5));
      await (fault === 'dies' ? master.kill() : master.signal('SIGSTOP'));
      const ranBefore = ran.length;
      expect(ranBefore).toBeLessThan(items.length);
      await eventually(() => system.queue.enqueue([after]));
      await eventually(async () => expect(await system.queue.unfinished()).toEqual([]));
      expect(new Set(ran)).toEqual(new Set([...items, 'after']));
      // Those that ran when the master went, and those whose end was not replicated yet.
      expect(ran.length).toBeLessThan(items.length + 15);
      expect(givenUp).toEqual([]);
    },
  );

  it('are refused as unavailable while no sentinel names a master', async () => {
    const { master, sentinel, redisUrl } = await openSentinels();
    const { system } = await attachBench(redisUrl);
    await system.queue.check(AbortSignal.timeout(10_000));
    await sentinel.kill();
    await master.kill();
    await expect(system.queue.enqueue([after])).rejects.toMatchObject({ code: 'unavailable', part: 'queue' });
  });

  it('are refused by a replica that is named as if it were the master', async () => {
    const { replica } = await openSentinels();
    const { system } = await attachBench(replica.url);
    await expect(system.queue.check(AbortSignal.timeout(10_000))).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('replica'),
    });
    await expect(system.queue.enqueue([after])).rejects.toMatchObject({ code: 'unavailable' });
  });
});

/** A master, its replica, and a sentinel over both. They end with the test. */
async function openSentinels() {
  // Else the replica waits for others before it is sent anything.
  const master = await openRedis({ asProcess: true, settings: { 'repl-diskless-sync-delay': '0' } });
  const replicaof = ['127.0.0.1', String(master.port)];
  const replica = await openRedis({ asProcess: true, settings: { replicaof } });
  const sentinel = await startSentinel({ masterName: 'main', masterPort: master.port });
  onTestFinished(() => sentinel.stop());
  await eventually(() => knowsReplica(sentinel));
  return { master, replica, sentinel, redisUrl: `redis+sentinel://127.0.0.1:${sentinel.port}/main` };
}

async function knowsReplica({ url }: RunningServer): Promise<void> {
  const client = new Redis(url);
  try {
    expect(await client.call('SENTINEL', 'REPLICAS', 'main')).toHaveLength(1);
  } finally {
    client.disconnect();
  }
}

/** Resolves once the replica has all that the master has now. */
async function replicated({ url }: RunningServer): Promise<void> {
  const client = new Redis(url);
  try {
    await eventually(async () => expect(await client.wait(1, 1_000)).toBe(1));
  } finally {
    client.disconnect();
  }
}
