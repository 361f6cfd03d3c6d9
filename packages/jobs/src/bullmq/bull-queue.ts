import { randomUUID } from 'node:crypto';
import type { JobCatalog, JobQueue, Logger } from '@winnow/core';
import { type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { maxPayloadBytes, type PreparedJob, parkedOf, prepareJobs, readJob } from '../prepare-jobs.ts';
import { settledWithin } from '../within.ts';
import { checkRedis } from './check-redis.ts';
import { createErrorLog } from './error-log.ts';
import { createLease } from './lease.ts';
import { answered, connectRedis } from './redis-connection.ts';

export interface BullQueueOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly log: Logger;
}

/** Jobs put in by one round trip. */
const bulkSize = 500;

const jobOptions: JobsOptions = {
  // The runner alone counts tries: a job that BullMQ failed by itself would be given up unrecorded.
  attempts: 1_000_000,
  backoff: { type: 'custom' },
  sizeLimit: maxPayloadBytes,
  removeOnComplete: true,
  // For an operator to look at; what people see of a failure is what the handler's `giveUp` recorded.
  removeOnFail: { age: 7 * 24 * 3_600, count: 1_000 },
  stackTraceLimit: 0,
};

/**
 * One BullMQ queue a kind, so that kinds run side by side and are paused apart. A job's id is its BullMQ
 * deduplication id and not its BullMQ job id: the first is let go when the job ends, whereas putting in a
 * job id that is kept among the failed is quietly ignored.
 */
export function createBullQueue<Catalog extends JobCatalog>(
  catalog: Catalog,
  { redisUrl, prefix, log }: BullQueueOptions,
): JobQueue<Catalog> {
  const redis = connectRedis(redisUrl, 'impatient', log);
  const lease = createLease(redis, `${prefix}:leader`);
  const queues = new Map(Object.keys(catalog).map((name) => [name, openQueue(name, prefix, redis, log)]));

  return {
    async enqueue(jobs) {
      const byName = Map.groupBy(prepareJobs(catalog, jobs), (job) => job.name);
      const added = [...byName].flatMap(([name, ofKind]) =>
        slicesOf(ofKind, bulkSize).map((slice) => queues.get(name)?.addBulk(slice.map(toBulkJob))),
      );
      await answered(Promise.all(added));
    },
    async unfinished() {
      const stored = await answered(
        Promise.all([...queues.values()].map((queue) => queue.getJobs(['waiting', 'active', 'delayed']))),
      );
      return stored.flat().flatMap((job) => readJob(catalog, job.name, job.data));
    },
    async counts() {
      const states = ['waiting', 'active', 'delayed'] as const;
      const counted = [...queues].map(async ([name, queue]) => {
        const counts = await queue.getJobCounts(...states);
        return [name, states.reduce((sum, state) => sum + (counts[state] ?? 0), 0)] as const;
      });
      // One entry for each kind of the catalog, as `queues` has.
      return Object.fromEntries(await answered(Promise.all(counted))) as Record<
        keyof Catalog & string,
        number
      >;
    },
    async parked() {
      const delayed = await answered(
        Promise.all([...queues.values()].map((queue) => queue.getJobs(['waiting', 'delayed']))),
      );
      return parkedOf(
        catalog,
        delayed.flat().map((job) => ({
          name: job.name,
          id: job.deduplicationId ?? job.id ?? '',
          payload: job.data as unknown,
        })),
      );
    },
    lead: (ttlMs) => lease.take(ttlMs),
    async check(signal) {
      signal.throwIfAborted();
      checkRedis(await answered(redis.info()));
    },
    async close() {
      await settledWithin(Promise.all([...queues.values()].map((queue) => queue.close())), 1_000);
      redis.disconnect();
    },
  };
}

function openQueue(name: string, prefix: string, redis: Redis, log: Logger): Queue {
  const queue = new Queue(name, {
    connection: redis,
    prefix,
    defaultJobOptions: jobOptions,
    // Nobody listens to events; what is kept of them counts against Redis' memory.
    streams: { events: { maxLen: 100 } },
    // The version is checked by `check`; here a connection lost in that moment would break the queue for good.
    skipVersionCheck: true,
  });
  queue.on('error', createErrorLog(log, name));
  return queue;
}

function toBulkJob({ name, id, json }: PreparedJob) {
  const jobId = `${id}.${randomUUID().slice(0, 8)}`;
  return { name, data: JSON.parse(json) as unknown, opts: { jobId, deduplication: { id } } };
}

function slicesOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
