import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type AppError, type JobSystem, silentLogger } from '@winnow/core';
import { createBullJobs } from '@winnow/jobs';
import { eventually, redisUrl, uniquePrefix } from '@winnow/testkit';
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

  it('lets its process end when it is told to, though Redis was never there', async () => {
    const troubled = startTroubled('redis://127.0.0.1:1');
    await told(troubled, 'ready');
    const exited = once(troubled, 'exit');
    troubled.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  function startTroubled(url = redisUrl()): ChildProcess {
    const script = join(import.meta.dirname, 'troubled-worker.ts');
    const child = fork(script, [url, prefix], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    ends.push(async () => child.kill('SIGKILL'));
    return child;
  }

  async function startSound(): Promise<Deeds> {
    const deeds: Deeds = { ran: [], givenUp: [] };
    const worker = system.createWorker({
      log: silentLogger,
      handlers: {
        task: {
          async run({ item }) {
            deeds.ran.push(item);
            return { outcome: 'done' };
          },
          async giveUp(_, error) {
            deeds.givenUp.push(error);
            return { outcome: 'done' };
          },
        },
        neighbour: { run: async () => ({ outcome: 'done' }) },
      },
    });
    ends.push(() => worker.close({ graceMs: 0 }));
    await worker.start();
    return deeds;
  }
});

/** Resolves at the child's next message of that state. */
async function told(child: ChildProcess, state: WorkerMessage['state']): Promise<void> {
  for (;;) {
    const [message]: readonly WorkerMessage[] = await once(child, 'message');
    if (message?.state === state) return;
  }
}
