import { randomUUID } from 'node:crypto';
import { type JobCatalog, type JobQueue, type Logger, settledWithin, unlessAborted } from '@winnow/core';
import { type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import {
  isOfLaterVersion,
  maxPayloadBytes,
  type PreparedJob,
  parkedOf,
  prepareJobs,
  readJob,
} from '../prepare-jobs.ts';
import { checkRedis } from './check-redis.ts';
import { createErrorLog, type ErrorLog } from './error-log.ts';
import { createLease } from './lease.ts';
import { answered, connectRedis } from './redis-connection.ts';
import { storedJobs } from './stored-jobs.ts';

export interface BullQueueOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly log: Logger;
}

export interface BullQueue<Catalog extends JobCatalog> extends JobQueue<Catalog> {
  /** Makes parked jobs that this code understands ready to be taken now. */
  wakeParked(): Promise<void>;
}

/** Jobs put in by one round trip. */
const bulkSize = 500;

const unfinishedStates = ['waiting', 'active', 'delayed'] as const;

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
): BullQueue<Catalog> {
  const redis = connectRedis(redisUrl, 'impatient', log);
  const lease = createLease(redis, `${prefix}:leader`);
  const noteError = createErrorLog(log);
  const queues = Object.keys(catalog).map((name) => openQueue(name, prefix, redis, noteError));
  const queueOf = new Map(queues.map((queue) => [queue.name, queue]));
  /** Names of all kinds that any version has put in. A kind holds no colon, so that none of them has this key. */
  const kindsKey = `${prefix}:kinds`;
  /** Of kinds that this version lacks; only read. */
  const otherQueues = new Map<string, Queue>();

  return {
    async enqueue(jobs) {
      const byName = Map.groupBy(prepareJobs(catalog, jobs), (job) => job.name);
      const added = [...byName].flatMap(([name, ofKind]) =>
        slicesOf(ofKind, bulkSize).map((slice) => queueOf.get(name)?.addBulk(slice.map(toBulkJob))),
      );
      if (byName.size === 0) return;
      await answered(redis, Promise.all([redis.sadd(kindsKey, ...byName.keys()), ...added]));
    },
    async unfinished() {
      return (await stored(unfinishedStates)).flatMap((job) => readJob(catalog, job.name, job.payload));
    },
    async counts() {
      const counted = queues.map(async (queue) => {
        const counts = await queue.getJobCounts(...unfinishedStates);
        return [queue.name, unfinishedStates.reduce((sum, state) => sum + (counts[state] ?? 0), 0)] as const;
      });
      // One entry for each kind of the catalog, as `queues` has.
      return Object.fromEntries(await answered(redis, Promise.all(counted))) as Record<
        keyof Catalog & string,
        number
      >;
    },
    async parked() {
      const known = await stored(unfinishedStates);
      return parkedOf(catalog, [...known, ...(await stored(unfinishedStates, await queuesOfOtherKinds()))]);
    },
    async wakeParked() {
      const jobs = (await stored(['delayed'])).filter(
        ({ isParked, name, payload }) => isParked && !isOfLaterVersion(catalog, name, payload),
      );
      for (const { name, bullId } of jobs) {
        const job = await queueOf.get(name)?.getJob(bullId);
        // Another worker was faster; or Redis is in trouble, and it wakes by itself.
        await job?.promote().catch(() => {});
      }
    },
    lead: (ttlMs) => lease.take(ttlMs),
    async check(signal) {
      checkRedis(await unlessAborted(answered(redis, redis.info()), signal));
      // The client goes on in database 0 where the one that was named is not there.
      if (redis.options.db) await unlessAborted(answered(redis, redis.select(redis.options.db)), signal);
    },
    async close() {
      await settledWithin(lease.release(), 1_000);
      const all = [...queues, ...otherQueues.values()];
      await settledWithin(Promise.all(all.map((queue) => queue.close())), 1_000);
      redis.disconnect();
    },
  };

  async function stored(
    states: readonly (typeof unfinishedStates)[number][],
    from: readonly Queue[] = queues,
  ) {
    const jobs = from.map((queue) => storedJobs(queue, states));
    return (await answered(redis, Promise.all(jobs))).flat();
  }

  async function queuesOfOtherKinds(): Promise<readonly Queue[]> {
    const names = await answered(redis, redis.smembers(kindsKey));
    return names
      .filter((name) => !queueOf.has(name))
      .map((name) => {
        const queue = otherQueues.get(name) ?? openQueue(name, prefix, redis, noteError, { isForeign: true });
        otherQueues.set(name, queue);
        return queue;
      });
  }
}

/** @param options.isForeign leaves the queue's settings as another version made them. */
function openQueue(
  name: string,
  prefix: string,
  redis: Redis,
  noteError: ErrorLog,
  { isForeign = false }: { readonly isForeign?: boolean } = {},
): Queue {
  const queue = new Queue(name, {
    connection: redis,
    prefix,
    defaultJobOptions: jobOptions,
    // Nobody listens to events; what is kept of them counts against Redis' memory.
    streams: { events: { maxLen: 100 } },
    // The version is checked by `check`; here a connection lost in that moment would break the queue for good.
    skipVersionCheck: true,
    skipMetasUpdate: isForeign,
  });
  queue.on('error', (error) => noteError(error, name));
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
