import { once } from 'node:events';
import { type JobCatalog, type JobWorker, type JobWorkerOptions, settledWithin } from '@winnow/core';
import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Delivery } from '../delivery.ts';
import { createRunner } from '../runner.ts';
import type { Settlement } from '../settlement.ts';
import type { BullQueue } from './bull-queue.ts';
import { createErrorLog } from './error-log.ts';
import { createProbe, type Probe, type ProbeTimes } from './probe.ts';
import { connectRedis } from './redis-connection.ts';
import { redisError } from './redis-error.ts';
import { backoffDelay, settleBullJob } from './settle-bull-job.ts';
import { SeverableWorker } from './severable-worker.ts';
import { forgetLostWorkers, isRemnant, letGoOfRemnant } from './stored-jobs.ts';

export interface BullWorkerOptions<Catalog extends JobCatalog> extends JobWorkerOptions<Catalog> {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly lockDurationMs: number;
  readonly probeTimes?: ProbeTimes;
  readonly queue: BullQueue<Catalog>;
}

/** What a worker may take to hand its jobs back after they have stopped. */
const longestHandBackMs = 2_000;

/** One BullMQ worker a kind, over one connection for all and one each to wait for jobs. */
export function createBullWorker<Catalog extends JobCatalog>(
  catalog: Catalog,
  { redisUrl, prefix, lockDurationMs, probeTimes, queue, handlers, log }: BullWorkerOptions<Catalog>,
): JobWorker {
  const run = createRunner(catalog, { handlers, log, enqueue: (jobs) => queue.enqueue(jobs) });
  const noteError = createErrorLog(log);
  const shutdown = new AbortController();
  const running = new Set<Promise<Settlement>>();
  let redis: Redis | null = null;
  let workers: readonly SeverableWorker[] = [];
  let probe: Probe | null = null;
  let redisFailedAtMs = Number.NEGATIVE_INFINITY;

  return {
    async start() {
      const connection = connectRedis(redisUrl, 'patient', log);
      redis = connection;
      connection.on('close', noteFailure);
      workers = Object.entries(catalog).map(([name, { concurrency }]) =>
        openWorker(name, concurrency, connection),
      );
      probe = createProbe({
        prefix,
        connection,
        noteError,
        log,
        ...(probeTimes !== undefined && { times: probeTimes }),
      });
      // Where that fails they wake by themselves, a little later.
      queue.wakeParked().catch((error: Error) => noteError(error, 'parked'));
    },
    async close({ graceMs }) {
      if (redis === null) return;
      const closed = Promise.all([probe?.close(), ...workers.map((worker) => worker.close())]);
      await settledWithin(Promise.race([closed, lossOf(redis)]), graceMs);
      if (!(await settledWithin(closed, 0))) {
        shutdown.abort();
        await Promise.all(running);
        const handBackMs = redis.status === 'ready' ? longestHandBackMs : 0;
        if (!(await settledWithin(closed, handBackMs)))
          await Promise.all(workers.map((worker) => worker.sever()));
      }
      redis.disconnect();
    },
    isAlive: () => probe?.isAlive() === true && workers.every((worker) => worker.isWorking),
  };

  function openWorker(name: string, concurrency: number, connection: Redis): SeverableWorker {
    const worker: SeverableWorker = new SeverableWorker(name, takeJob, {
      connection,
      prefix,
      concurrency,
      lockDuration: lockDurationMs,
      stalledInterval: lockDurationMs,
      // The runner counts lost workers, so that no job is given up unrecorded.
      maxStalledCount: 1_000_000,
      settings: { backoffStrategy: backoffDelay },
      // Jobs say so themselves; a remnant of one cannot.
      removeOnComplete: { count: 0 },
    });
    worker.on('error', (error) => {
      if (redisError(error).retryable) noteFailure();
      noteError(error, name);
    });
    // Another worker has the job, or will soon: going on would be work done twice.
    worker.on('lockRenewalFailed', (jobIds: string[]) => {
      for (const jobId of jobIds) worker.cancelJob(jobId, 'the lock was lost');
    });
    return worker;

    // BullMQ makes the third argument only for a function that names three.
    async function takeJob(job: Job, token?: string, canceled?: AbortSignal): Promise<null> {
      if (isRemnant(job)) {
        log.warn({ event: 'job-remnant', queue: name, jobId: job.id ?? '' });
        await letGoOfRemnant(worker, connection, job);
        return null;
      }
      const signal = AbortSignal.any([shutdown.signal, ...(canceled === undefined ? [] : [canceled])]);
      const startedAtMs = performance.now();
      const work = run(deliveryOf(job, signal));
      running.add(work);
      const settlement = await work;
      running.delete(work);
      // Locks cannot be renewed in a Redis that is away or full. No worker died over the job then.
      if (job.stalledCounter > 0 && redisFailedAtMs >= startedAtMs)
        forgetLostWorkers(worker, connection, job).catch((error: Error) => noteError(error, name));
      return settleBullJob(settlement, { job, token, noteError, signal });
    }
  }

  function noteFailure(): void {
    redisFailedAtMs = performance.now();
  }
}

function deliveryOf(job: Job, signal: AbortSignal): Delivery {
  return {
    name: job.name,
    id: job.deduplicationId ?? job.id ?? '',
    payload: job.data,
    attempt: job.attemptsMade + 1,
    delays: Math.max(0, job.attemptsStarted - 1 - job.attemptsMade - job.stalledCounter),
    workersLost: job.stalledCounter,
    signal,
  };
}

/** Resolves, or rejects, when the connection is lost: then no job can be finished, so there is nothing to wait for. */
async function lossOf(redis: Redis): Promise<void> {
  if (redis.status === 'ready') await once(redis, 'close');
}
