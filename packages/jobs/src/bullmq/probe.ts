import { randomUUID } from 'node:crypto';
import type { Logger } from '@winnow/core';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { settledWithin } from '../within.ts';
import { createErrorLog } from './error-log.ts';
import { SeverableWorker } from './severable-worker.ts';

/** Sends a job of its own round again and again. */
export interface Probe {
  /** Whether one came round within the last minute; true while a first one may be on its way. */
  isAlive(): boolean;
  close(): Promise<void>;
}

const everyMs = 10_000;
const aliveForMs = 60_000;
/** What a process that died leaves behind in Redis is gone after this. */
const leftForSeconds = 300;
const closeMs = 1_000;
/** Every key that BullMQ makes for a queue. */
const keyTypes = [
  'meta',
  'id',
  'events',
  'marker',
  'wait',
  'active',
  'delayed',
  'completed',
  'stalled-check',
];

/**
 * A queue that this process alone works on. A connection that is up proves nothing, and neither does a job that
 * another process took: what counts is that this one can put in, take out and finish.
 */
export function createProbe({
  prefix,
  connection,
  log,
}: {
  readonly prefix: string;
  readonly connection: Redis;
  readonly log: Logger;
}): Probe {
  const name = `probe-${randomUUID().slice(0, 8)}`;
  let cameRoundAt = performance.now();
  const queue = new Queue(name, {
    connection,
    prefix,
    skipVersionCheck: true,
    streams: { events: { maxLen: 1 } },
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  const worker = new SeverableWorker(
    name,
    async () => {
      cameRoundAt = performance.now();
      for (const type of keyTypes) await connection.expire(queue.toKey(type), leftForSeconds);
    },
    { connection, prefix, concurrency: 1 },
  );
  queue.on('error', createErrorLog(log, name));
  worker.on('error', createErrorLog(log, name));
  const send = () => {
    queue.add('probe', {}).catch(() => {});
  };
  send();
  const timer = setInterval(send, everyMs).unref();

  return {
    isAlive: () => performance.now() - cameRoundAt < aliveForMs,
    async close() {
      clearInterval(timer);
      const isReachable = connection.status === 'ready';
      const closed = worker.close();
      if (!(await settledWithin(closed, isReachable ? closeMs : 0))) await worker.sever();
      if (isReachable) await settledWithin(queue.obliterate({ force: true }), closeMs);
      await settledWithin(queue.close(), closeMs);
    },
  };
}
