import { once } from 'node:events';
import { connect } from 'node:net';
import { silentLogger } from '@winnow/core';
import { createBullJobs, createRedisBlobStore, createRedisRateLimitState } from '@winnow/jobs';
import { eventually } from '@winnow/testkit';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunningServer } from '../../infra/dev/running-server.ts';
import { faultJobs } from './fault-jobs.ts';
import { attachBench, openBench, openRedis } from './jobs-bench.ts';

describe('jobs while their Redis is in trouble', () => {
  it('go on with newly enqueued ones after FLUSHALL, one of them lost while it ran', async () => {
    const { redis, system, ran, hold } = await openBench();
    await system.queue.enqueue([{ name: 'task', payload: { item: 'held' } }]);
    await eventually(() => expect(ran).toEqual(['held']));
    await flushAll(redis);
    expect(await system.queue.unfinished()).toEqual([]);
    hold.open();
    await system.queue.enqueue([
      { name: 'task', payload: { item: 'after' } },
      { name: 'neighbour', payload: { item: 'after' } },
    ]);
    await eventually(async () => expect(await system.queue.unfinished()).toEqual([]));
    expect(ran.toSorted()).toEqual(['after', 'after', 'held']);
  });

  it('are refused as unavailable within seconds while it is down, and run again when it is back', async () => {
    const { redis, system, ran, logged } = await openBench({ appendOnly: true });
    await system.queue.enqueue([{ name: 'task', payload: { item: 'before' } }]);
    await eventually(() => expect(ran).toEqual(['before']));
    await redis.kill();
    const refused = system.queue.enqueue([{ name: 'task', payload: { item: 'meanwhile' } }]);
    await expect(refused).rejects.toMatchObject({ code: 'unavailable' });
    await redis.restart();
    await eventually(() => system.queue.enqueue([{ name: 'task', payload: { item: 'after' } }]));
    await eventually(() => expect(ran).toContain('after'));
    // One line a connection: the queue's and the worker's.
    expect(logged.filter(({ event }) => event === 'redis-lost')).toHaveLength(2);
    await eventually(() => expect(logged.filter(({ event }) => event === 'redis-back')).toHaveLength(2));
  });

  it('are refused while it accepts connections and answers nothing, and run again when it does', async () => {
    const { redis, system, ran } = await openBench();
    await redis.signal('SIGSTOP');
    const refused = system.queue.enqueue([{ name: 'task', payload: { item: 'meanwhile' } }]);
    await expect(refused).rejects.toMatchObject({
      code: expect.stringMatching(/unavailable|deadline_exceeded/),
    });
    await redis.signal('SIGCONT');
    await eventually(() => system.queue.enqueue([{ name: 'task', payload: { item: 'after' } }]));
    await eventually(() => expect(ran).toContain('after'));
  });

  it('are refused as unavailable while it is a replica, over connections that look for the master again', async () => {
    const { redis, system, ran, logged } = await openBench();
    const admin = new Redis(redis.url);
    onTestFinished(() => admin.disconnect());
    await admin.replicaof('127.0.0.1', 1);
    const refused = system.queue.enqueue([{ name: 'task', payload: { item: 'meanwhile' } }]);
    await expect(refused).rejects.toMatchObject({ code: 'unavailable', part: 'queue' });
    await eventually(() => expect(logged.map(({ event }) => event)).toContain('redis-lost'));
    await admin.replicaof('NO', 'ONE');
    await eventually(() => system.queue.enqueue([{ name: 'task', payload: { item: 'after' } }]));
    await eventually(() => expect(ran).toContain('after'));
  });

  it('can be closed while it is down, with a job running', async () => {
    const { redis, system, worker, ran } = await openBench();
    await system.queue.enqueue([{ name: 'task', payload: { item: 'held' } }]);
    await eventually(() => expect(ran).toEqual(['held']));
    await redis.kill();
    await worker.close({ graceMs: 60_000 });
    await system.queue.close();
  });

  it('can be closed when it was never there', async () => {
    const { system, worker } = await attachBench('redis://127.0.0.1:1');
    await expect(system.queue.check(AbortSignal.timeout(60_000))).rejects.toMatchObject({
      code: 'unavailable',
    });
    await expect(system.queue.unfinished()).rejects.toMatchObject({ code: 'unavailable' });
    await worker.close({ graceMs: 60_000 });
    await system.queue.close();
  });

  it('and blobs are refused as resource_exhausted while it is out of memory', async () => {
    const { redis, system } = await openBench({ settings: { maxmemory: '1kb' } });
    const blobs = createRedisBlobStore({ redisUrl: redis.url, prefix: 'fault', log: silentLogger });
    onTestFinished(() => blobs.close());
    const job = system.queue.enqueue([{ name: 'task', payload: { item: 'a' } }]);
    await expect(job).rejects.toMatchObject({ code: 'resource_exhausted', part: 'queue' });
    const blob = blobs.put('key', Uint8Array.of(1), 1_000);
    await expect(blob).rejects.toMatchObject({ code: 'resource_exhausted' });
  });

  it('and rate limits are unavailable while it is down, and asked again when it is back', async () => {
    const redis = await openRedis();
    const state = createRedisRateLimitState({ redisUrl: redis.url, prefix: 'fault', log: silentLogger });
    onTestFinished(() => state.close());
    const limits = { requestsPerMinute: 1, tokensPerMinute: null };
    const take = () => state.take('key', { tokens: 1, priority: 'bulk', limits, caller: 'one' });
    expect((await take()).admitted).toBe(true);
    await redis.kill();
    await expect(take()).rejects.toMatchObject({ code: 'unavailable' });
    await redis.restart();
    await eventually(async () => expect((await take()).admitted).toBe(true));
  });

  it('are not to be trusted to one that evicts, and check says how to mend it', async () => {
    const redis = await openRedis({ settings: { 'maxmemory-policy': 'allkeys-lru' } });
    const system = createBullJobs(faultJobs, { redisUrl: redis.url, prefix: 'fault', log: silentLogger });
    onTestFinished(() => system.queue.close());
    await expect(system.queue.check(AbortSignal.timeout(60_000))).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('config set maxmemory-policy noeviction'),
    });
  });
});

/** By Redis' inline protocol, which needs no client. */
async function flushAll({ port }: RunningServer): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.write('FLUSHALL\r\n');
  const [reply] = await once(socket, 'data');
  socket.destroy();
  expect(String(reply)).toBe('+OK\r\n');
}
