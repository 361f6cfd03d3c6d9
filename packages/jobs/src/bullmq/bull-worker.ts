import type { JobCatalog, JobQueue, JobWorker, JobWorkerOptions } from '@winnow/core';
import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Delivery } from '../delivery.ts';
import { createRunner } from '../runner.ts';
import type { Settlement } from '../settlement.ts';
import { settledWithin } from '../within.ts';
import { createErrorLog } from './error-log.ts';
import { connectRedis } from './redis-connection.ts';
import { backoffDelay, settleBullJob } from './settle-bull-job.ts';

export interface BullWorkerOptions<Catalog extends JobCatalog> extends JobWorkerOptions<Catalog> {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly lockDurationMs: number;
  readonly queue: JobQueue<Catalog>;
}

/** What a worker may take to hand its jobs back after they have stopped. */
const handBackMs = 2_000;

/** Far above any rate: the limiter is there only because BullMQ pauses no queue without one. */
const neverLimiting = { max: 1_000_000_000, duration: 1_000 };

/** One BullMQ worker a kind, over one connection for all and one each to wait for jobs. */
export function createBullWorker<Catalog extends JobCatalog>(
  catalog: Catalog,
  { redisUrl, prefix, lockDurationMs, queue, handlers, log }: BullWorkerOptions<Catalog>,
): JobWorker {
  const run = createRunner(catalog, { handlers, log, enqueue: (jobs) => queue.enqueue(jobs) });
  const shutdown = new AbortController();
  const running = new Set<Promise<Settlement>>();
  let redis: Redis | null = null;
  let workers: readonly Worker[] = [];

  return {
    async start() {
      const connection = connectRedis(redisUrl, 'patient', log);
      redis = connection;
      workers = Object.entries(catalog).map(([name, { concurrency }]) =>
        openWorker(name, concurrency, connection),
      );
    },
    async close({ graceMs }) {
      const closed = Promise.all(workers.map((worker) => worker.close()));
      // Without Redis no job can be finished or handed back, so there is nothing to wait for.
      const isAway = () => redis?.status !== 'ready';
      if (!(await settledWithin(closed, isAway() ? 0 : graceMs))) {
        shutdown.abort();
        await Promise.all(running);
        if (!(await settledWithin(closed, isAway() ? 0 : handBackMs))) await cutOff(workers);
      }
      redis?.disconnect();
    },
  };

  function openWorker(name: string, concurrency: number, connection: Redis): Worker {
    const worker: Worker = new Worker(name, takeJob, {
      connection,
      prefix,
      concurrency,
      lockDuration: lockDurationMs,
      stalledInterval: lockDurationMs,
      // The runner counts lost workers, so that no job is given up unrecorded.
      maxStalledCount: 1_000_000,
      limiter: neverLimiting,
      settings: { backoffStrategy: backoffDelay },
    });
    worker.on('error', createErrorLog(log, name));
    // Another worker has the job, or will soon: going on would be work done twice.
    worker.on('lockRenewalFailed', (jobIds: string[]) => {
      for (const jobId of jobIds) worker.cancelJob(jobId, 'the lock was lost');
    });
    return worker;

    // BullMQ makes the third argument only for a function that names three.
    async function takeJob(job: Job, token?: string, canceled?: AbortSignal): Promise<null> {
      const signal = AbortSignal.any([shutdown.signal, ...(canceled === undefined ? [] : [canceled])]);
      const work = run(deliveryOf(job, signal));
      running.add(work);
      const settlement = await work;
      running.delete(work);
      return settleBullJob(settlement, { worker, job, token });
    }
  }
}

function deliveryOf(job: Job, signal: AbortSignal): Delivery {
  return {
    name: job.name,
    id: job.deduplicationId ?? job.id ?? '',
    payload: job.data,
    attempt: job.attemptsMade + 1,
    workersLost: job.stalledCounter,
    signal,
  };
}

/** Ends connections under a worker that cannot close; stall recovery gives its jobs to another one. */
async function cutOff(workers: readonly Worker[]): Promise<void> {
  await settledWithin(Promise.all(workers.map((worker) => worker.getBackend().close(true))), 1_000);
}
