import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type AppError, type JobSystem, silentLogger } from '@winnow/core';
import { createBullJobs } from '@winnow/jobs';
import { eventually, redisUrl, uniquePrefix } from '@winnow/testkit';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultJobs, faultJobs, lockDurationMs, type WorkerMessage } from './fault-jobs.ts';

/** What the worker in this process did. */
interface Deeds {
  readonly ran: string[];
  readonly givenUp: AppError[];
}

describe('a worker that dies or freezes', () => {
  let prefix: string;
  let system: JobSystem<FaultJobs>;
  let ends: (() => Promise<unknown>)[];

  beforeEach(() => {
    prefix = uniquePrefix();
    system = createBullJobs(faultJobs, { redisUrl: redisUrl(), prefix, lockDurationMs, log: silentLogger });
    ends = [() => system.queue.close()];
  });
  afterEach(async () => {
    for (const end of ends.reverse()) await end();
  });

  it('is followed by another one, which ends its job', async () => {
    const troubled = startTroubled();
    await system.queue.enqueue([{ name: 'task', payload: { item: 'a' } }]);
    await told(troubled, 'started');
    troubled.kill('SIGKILL');
    const deeds = await startSound();
    await eventually(async () => expect(await system.queue.unfinished()).toEqual([]));
    expect(deeds).toEqual({ ran: ['a'], givenUp: [] });
  });

  it('loses its job when it freezes past the lock, and stops working on it when it thaws', async () => {
    const troubled = startTroubled();
    await system.queue.enqueue([{ name: 'task', payload: { item: 'a' } }]);
    await told(troubled, 'started');
    troubled.kill('SIGSTOP');
    const deeds = await startSound();
    await eventually(async () => expect(await system.queue.unfinished()).toEqual([]));
    const aborted = told(troubled, 'aborted');
    troubled.kill('SIGCONT');
    await aborted;
    expect(deeds).toEqual({ ran: ['a'], givenUp: [] });
    expect(await system.queue.unfinished()).toEqual([]);
  });

  it('is not followed for ever into a job that kills it, and other jobs run on', async () => {
    await system.queue.enqueue([
      { name: 'task', payload: { item: 'poison' } },
      { name: 'neighbour', payload: { item: 'b' } },
    ]);
    for (let death = 0; death < 2; death += 1) {
      const troubled = startTroubled();
      const [, signal] = await once(troubled, 'exit');
      expect(signal).toBe('SIGKILL');
    }
    const deeds = await startSound();
    await eventually(async () => expect(await system.queue.unfinished()).toEqual([]));
    expect(deeds.ran).not.toContain('poison');
    expect(deeds.givenUp).toMatchObject([{ code: 'internal', context: { workersLost: 2 } }]);
  });

  it('is followed into a job that kills it as often as its kind says', async () => {
    await system.queue.enqueue([{ name: 'sturdy', payload: { item: 'poison' } }]);
    for (let death = 0; death < 2; death += 1) await once(startTroubled(), 'exit');
    const deeds = await startSound();
    await eventually(async () => expect(await system.queue.unfinished()).toEqual([]));
    expect(deeds).toEqual({ ran: ['poison'], givenUp: [] });
  });

  it('leaves nothing in Redis that does not end by itself, but for its jobs', async () => {
    const redis = new Redis(redisUrl());
    ends.push(async () => redis.disconnect());
    const deaths = Array.from({ length: 3 }, async (_, n) => {
      const troubled = startTroubled();
      await told(troubled, 'ready');
      // At different points of the probe's first round.
      await delay(20 * n);
      troubled.kill('SIGKILL');
      await once(troubled, 'exit');
    });
    await Promise.all(deaths);
    await startSound();
    await eventually(async () => {
      const keys = await redis.keys(`${prefix}:probe-*`);
      expect(keys).not.toEqual([]);
      for (const key of keys) expect(await redis.ttl(key)).not.toBe(-1);
    });
  });

  it('hands its job back when it is told to end, and the process ends', async () => {
    const troubled = startTroubled();
    await system.queue.enqueue([{ name: 'task', payload: { item: 'a' } }]);
    await told(troubled, 'started');
    const exited = once(troubled, 'exit');
    troubled.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    const deeds = await startSound();
    await eventually(async () => expect(await system.queue.unfinished()).toEqual([]));
    expect(deeds).toEqual({ ran: ['a'], givenUp: [] });
  });

  it.each(['nothing', 'a server of HTTP'])(
    'lets its process end when it is told to, though there is %s in place of Redis',
    async (there) => {
      const http = createServer((_, response) => response.end('hello'));
      const port = there === 'nothing' ? 1 : await listening(http);
      ends.push(async () => http.close());
      const troubled = startTroubled(`redis://127.0.0.1:${port}`);
      const said: string[] = [];
      troubled.stderr?.on('data', (chunk) => said.push(String(chunk)));
      await told(troubled, 'ready');
      // Long enough to have tried again.
      await delay(1_000);
      const exited = once(troubled, 'exit');
      troubled.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
      expect(said).toEqual([]);
    },
  );

  function startTroubled(url = redisUrl()): ChildProcess {
    const script = join(import.meta.dirname, 'troubled-worker.ts');
    const child = fork(script, [url, prefix], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    child.stderr?.pipe(process.stderr);
    ends.push(async () => child.kill('SIGKILL'));
    return child;
  }

  async function startSound(): Promise<Deeds> {
    const deeds: Deeds = { ran: [], givenUp: [] };
    const task = {
      async run({ item }: { item: string }) {
        deeds.ran.push(item);
        return { outcome: 'done' } as const;
      },
      async giveUp(_: unknown, error: AppError) {
        deeds.givenUp.push(error);
        return { outcome: 'done' } as const;
      },
    };
    const worker = system.createWorker({
      log: silentLogger,
      handlers: {
        task,
        sturdy: task,
        neighbour: { run: async () => ({ outcome: 'done' }) },
      },
    });
    ends.push(() => worker.close({ graceMs: 0 }));
    await worker.start();
    return deeds;
  }
});

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Resolves at the child's next message of that state. */
async function told(child: ChildProcess, state: WorkerMessage['state']): Promise<void> {
  for (;;) {
    const [message]: readonly WorkerMessage[] = await once(child, 'message');
    if (message?.state === state) return;
  }
}
