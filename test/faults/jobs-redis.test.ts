import { once } from 'node:events';
import { connect } from 'node:net';
import { type LogFields, type Logger, silentLogger } from '@winnow/core';
import { createBullJobs, createRedisBlobStore, createRedisRateLimitState } from '@winnow/jobs';
import { eventually, gate, untilAborted } from '@winnow/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { type RedisOptions, startRedis } from '../../infra/dev/redis.ts';
import type { RunningServer } from '../../infra/dev/running-server.ts';
import { faultJobs, lockDurationMs } from './fault-jobs.ts';

describe('jobs while their Redis is in trouble', () => {
  let ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.reverse()) await end();
    ends = [];
  });

  it('go on with newly enqueued ones after FLUSHALL, one of them lost while it ran', async () => {
    const { redis, system, ran, hold } = await open();
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
    const { redis, system, ran, logged } = await open({ appendOnly: true });
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
    const { redis, system, ran } = await open();
    await redis.signal('SIGSTOP');
    const refused = system.queue.enqueue([{ name: 'task', payload: { item: 'meanwhile' } }]);
    await expect(refused).rejects.toMatchObject({
      code: expect.stringMatching(/unavailable|deadline_exceeded/),
    });
    await redis.signal('SIGCONT');
    await eventually(() => system.queue.enqueue([{ name: 'task', payload: { item: 'after' } }]));
    await eventually(() => expect(ran).toContain('after'));
  });

  it('can be closed while it is down, with a job running', async () => {
    const { redis, system, worker, ran } = await open();
    await system.queue.enqueue([{ name: 'task', payload: { item: 'held' } }]);
    await eventually(() => expect(ran).toEqual(['held']));
    await redis.kill();
    await worker.close({ graceMs: 60_000 });
    await system.queue.close();
  });

  it('can be closed when it was never there', async () => {
    const { system, worker } = await attach('redis://127.0.0.1:1');
    await expect(system.queue.check(AbortSignal.timeout(60_000))).rejects.toMatchObject({
      code: 'unavailable',
    });
    await expect(system.queue.unfinished()).rejects.toMatchObject({ code: 'unavailable' });
    await worker.close({ graceMs: 60_000 });
    await system.queue.close();
  });

  it('and blobs are refused as resource_exhausted while it is out of memory', async () => {
    const { redis, system } = await open({ settings: { maxmemory: '1kb' } });
    const blobs = createRedisBlobStore({ redisUrl: redis.url, prefix: 'fault', log: silentLogger });
    ends.push(() => blobs.close());
    const job = system.queue.enqueue([{ name: 'task', payload: { item: 'a' } }]);
    await expect(job).rejects.toMatchObject({ code: 'resource_exhausted' });
    const blob = blobs.put('key', Uint8Array.of(1), 1_000);
    await expect(blob).rejects.toMatchObject({ code: 'resource_exhausted' });
  });

  it('and rate limits are unavailable while it is down, and asked again when it is back', async () => {
    const redis = await startRedis({});
    ends.push(() => redis.stop());
    const state = createRedisRateLimitState({ redisUrl: redis.url, prefix: 'fault', log: silentLogger });
    ends.push(() => state.close());
    const limits = { requestsPerMinute: 1, tokensPerMinute: null };
    const take = () => state.take('key', { tokens: 1, priority: 'bulk', limits, caller: 'one' });
    expect((await take()).admitted).toBe(true);
    await redis.kill();
    await expect(take()).rejects.toMatchObject({ code: 'unavailable' });
    await redis.restart();
    await eventually(async () => expect((await take()).admitted).toBe(true));
  });

  it('are not to be trusted to one that evicts, and check says how to mend it', async () => {
    const redis = await startRedis({ settings: { 'maxmemory-policy': 'allkeys-lru' } });
    ends.push(() => redis.stop());
    const system = createBullJobs(faultJobs, { redisUrl: redis.url, prefix: 'fault', log: silentLogger });
    ends.push(() => system.queue.close());
    await expect(system.queue.check(AbortSignal.timeout(60_000))).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('config set maxmemory-policy noeviction'),
    });
  });

  async function open(options: RedisOptions = {}) {
    const redis = await startRedis(options);
    ends.push(() => redis.stop());
    return { redis, ...(await attach(redis.url)) };
  }

  /** A started worker whose job `held` ends when `hold` is opened, or when it is aborted. */
  async function attach(redisUrl: string) {
    const logged: LogFields[] = [];
    const log = loggerTo(logged);
    const system = createBullJobs(faultJobs, { redisUrl, prefix: 'fault', lockDurationMs, log });
    ends.push(() => system.queue.close());
    const ran: string[] = [];
    const hold = gate();
    const worker = system.createWorker({
      log,
      handlers: {
        task: {
          async run({ item }, { signal }) {
            ran.push(item);
            if (item === 'held') await Promise.race([hold.opened, untilAborted(signal)]);
            return { outcome: 'done' };
          },
        },
        neighbour: {
          async run({ item }) {
            ran.push(item);
            return { outcome: 'done' };
          },
        },
      },
    });
    ends.push(() => worker.close({ graceMs: 0 }));
    await worker.start();
    return { system, worker, ran, hold, logged };
  }
});

function loggerTo(lines: LogFields[]): Logger {
  const note = (fields: LogFields): void => {
    lines.push(fields);
  };
  return { debug: note, info: note, warn: note, error: note };
}

/** By Redis' inline protocol, which needs no client. */
async function flushAll({ port }: RunningServer): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.write('FLUSHALL\r\n');
  const [reply] = await once(socket, 'data');
  socket.destroy();
  expect(String(reply)).toBe('+OK\r\n');
}
