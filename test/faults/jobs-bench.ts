import type { AppError, JobContext, JobSystem, JobWorker, LogFields, Logger } from '@winnow/core';
import { createBullJobs } from '@winnow/jobs';
import { gate, untilAborted } from '@winnow/testkit';
import { onTestFinished } from 'vitest';
import { type RedisOptions, startRedis } from '../../infra/dev/redis.ts';
import type { RunningServer } from '../../infra/dev/running-server.ts';
import { type FaultJobs, faultJobs, lockDurationMs } from './fault-jobs.ts';

/** A worker in this process, what it did, and the queue it works on. */
export interface Bench {
  readonly system: JobSystem<FaultJobs>;
  readonly worker: JobWorker;
  /** Items of the jobs that were begun. */
  readonly ran: string[];
  readonly givenUp: AppError[];
  /** A `task` job `held` ends when it is opened, or when it is aborted. */
  readonly hold: ReturnType<typeof gate>;
  readonly logged: LogFields[];
}

export interface BenchOptions {
  /** What a `task` job does; by default it is held where its item says so. */
  readonly task?: (item: string, context: JobContext) => Promise<void>;
  readonly probeTimes?: { readonly everyMs: number; readonly aliveForMs: number };
  readonly prefix?: string;
}

/** A started worker on a Redis of its own. Both end with the test. */
export async function openBench(
  redisOptions: RedisOptions = {},
  options: BenchOptions = {},
): Promise<Bench & { readonly redis: RunningServer }> {
  const redis = await openRedis(redisOptions);
  return { redis, ...(await attachBench(redis.url, options)) };
}

/** A Redis that ends with the test. */
export async function openRedis(options: RedisOptions = {}): Promise<RunningServer> {
  const redis = await startRedis(options);
  onTestFinished(() => redis.stop());
  return redis;
}

/** A started worker that ends with the test. */
export async function attachBench(
  redisUrl: string,
  { task, prefix = 'fault', ...options }: BenchOptions = {},
): Promise<Bench> {
  const logged: LogFields[] = [];
  const log = loggerTo(logged);
  const system = createBullJobs(faultJobs, { redisUrl, prefix, lockDurationMs, log, ...options });
  onTestFinished(() => system.queue.close());
  const ran: string[] = [];
  const givenUp: AppError[] = [];
  const hold = gate();
  const holdOne = async (item: string, { signal }: JobContext) => {
    if (item === 'held') await Promise.race([hold.opened, untilAborted(signal)]);
  };
  const handler = {
    async run({ item }: { item: string }, context: JobContext) {
      ran.push(item);
      await (task ?? holdOne)(item, context);
      return { outcome: 'done' } as const;
    },
    async giveUp(_: unknown, error: AppError) {
      givenUp.push(error);
      return { outcome: 'done' } as const;
    },
  };
  const neighbour = {
    async run({ item }: { item: string }) {
      ran.push(item);
      return { outcome: 'done' } as const;
    },
  };
  const worker = system.createWorker({ log, handlers: { task: handler, sturdy: handler, neighbour } });
  onTestFinished(() => worker.close({ graceMs: 0 }));
  await worker.start();
  return { system, worker, ran, givenUp, hold, logged };
}

function loggerTo(lines: LogFields[]): Logger {
  const note = (fields: LogFields): void => {
    lines.push(fields);
  };
  return { debug: note, info: note, warn: note, error: note };
}
