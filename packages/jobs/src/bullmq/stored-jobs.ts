import { parseJson } from '@winnow/core';
import type { Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';

/** A job as it stands in Redis. */
export interface StoredJob {
  readonly name: string;
  /** As the catalog makes it. */
  readonly id: string;
  /** As BullMQ knows it. */
  readonly bullId: string;
  /** Not parsed by any schema yet; null where it is no JSON. */
  readonly payload: unknown;
  /** It was put off for a worker that understands it. */
  readonly isParked: boolean;
}

type State = 'waiting' | 'active' | 'delayed';

/** BullMQ has room for what a job says of its progress; it outlives the job's moves. */
const parkedMark = 'parked';

/**
 * Reads the jobs of one kind in one step of Redis, so that a job that changes its state meanwhile is not missed.
 * BullMQ's own `getJobs` asks for each job once more, and misses those that ended in between.
 */
export async function storedJobs(queue: Queue, states: readonly State[]): Promise<StoredJob[]> {
  const byState = await queue.getBackend().getJobs([...states], 0, -1);
  return byState.flat().map(([bullId, pairs]) => {
    const fields = fieldsOf(pairs);
    return {
      name: queue.name,
      id: fields.get('deid') ?? bullId,
      bullId,
      payload: parseJson(fields.get('data') ?? '') ?? null,
      isParked: parseJson(fields.get('progress') ?? '') === parkedMark,
    };
  });
}

/** Marks a job as one for another version of this code, for `storedJobs`. */
export async function markParked(job: Job): Promise<void> {
  if (job.progress !== parkedMark) await job.updateProgress(parkedMark);
}

/** Says that no worker was lost over this job so far. Redis may do that even while it is out of memory. */
export async function forgetLostWorkers(
  queue: { toKey(type: string): string },
  redis: Redis,
  job: Job,
): Promise<void> {
  await redis.hdel(queue.toKey(job.id ?? ''), 'stc');
}

/**
 * Whether a Redis that lost a part of its data has the job's id only, which the queue's own steps make a job of again:
 * one that nobody knows the work of. Whoever looks after the work puts it in anew.
 */
export function isRemnant(job: Job): boolean {
  return (job.name as string | undefined) === undefined;
}

/** Lets go of the id that a remnant may still hold, so that the work can be put in anew. */
export async function letGoOfRemnant(
  queue: { toKey(type: string): string },
  redis: Redis,
  { id: bullId = '' }: Job,
): Promise<void> {
  const key = queue.toKey(`de:${bullId.slice(0, bullId.lastIndexOf('.'))}`);
  if ((await redis.get(key)) === bullId) await redis.del(key);
}

function fieldsOf(pairs: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    Array.from({ length: pairs.length / 2 }, (_, i) => [pairs[2 * i] ?? '', pairs[2 * i + 1] ?? '']),
  );
}
