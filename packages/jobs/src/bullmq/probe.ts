import { randomUUID } from 'node:crypto';
import { type Logger, settledWithin } from '@winnow/core';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ErrorLog } from './error-log.ts';
import { SeverableWorker } from './severable-worker.ts';

/** Sends a job of its own round again and again. */
export interface Probe {
  /** Whether one came round within the last minute; true while a first one may be on its way. */
  isAlive(): boolean;
  close(): Promise<void>;
}

/** How often a job is sent round, and how long one that came round is proof. Shorter only for tests. */
export interface ProbeTimes {
  readonly everyMs: number;
  readonly aliveForMs: number;
}

export interface ProbeOptions {
  readonly prefix: string;
  readonly connection: Redis;
  readonly noteError: ErrorLog;
  readonly log: Logger;
  readonly times?: ProbeTimes;
}

const defaultTimes: ProbeTimes = { everyMs: 10_000, aliveForMs: 60_000 };
const closeMs = 1_000;
/** What a process that died leaves behind in Redis is gone after this. */
const leftForSeconds = 300;
/** There is one such job at a time. */
const jobId = 'probe';
/** Every key that BullMQ may make for such a queue. */
const keyTypes = [
  ...['meta', 'id', 'events', 'marker', 'wait', 'active', 'delayed', 'completed', 'failed', 'stalled'],
  ...['stalled-check', jobId, `${jobId}:lock`],
];

/** Lets keys end by themselves, where they do not yet or where it is put off. KEYS: any. ARGV: seconds, 'all' or 'lasting'. */
const expireScript = `
for _, key in ipairs(KEYS) do
  if ARGV[2] == 'all' or redis.call('ttl', key) == -1 then redis.call('expire', key, ARGV[1]) end
end`;

/**
 * A queue that this process alone works on. A connection that is up proves nothing, and neither does a job that
 * another process took: what counts is that this one can put in, take out and finish.
 */
export function createProbe({
  prefix,
  connection,
  noteError,
  log,
  times = defaultTimes,
}: ProbeOptions): Probe {
  const name = `${namePrefix}${randomUUID().slice(0, 8)}`;
  const queue = new Queue(name, {
    connection,
    prefix,
    skipVersionCheck: true,
    streams: { events: { maxLen: 1 } },
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  const worker = new SeverableWorker(name, async () => {}, { connection, prefix });
  const keys = keyTypes.map((type) => queue.toKey(type));
  let cameRoundAtMs = performance.now();
  let closed = false;
  let underWay: Promise<void> | null = null;

  queue.on('error', (error) => noteError(error, 'probe'));
  worker.on('error', (error) => noteError(error, 'probe'));
  worker.on('completed', () => {
    cameRoundAtMs = performance.now();
    expireKeys(connection, keys, 'all').catch(() => {});
  });
  expireLeftovers(connection, prefix).catch((error: Error) => noteError(error, 'probe'));
  send();
  const timer = setInterval(send, times.everyMs).unref();

  return {
    isAlive: () => !closed && worker.isWorking && performance.now() - cameRoundAtMs < times.aliveForMs,
    async close() {
      closed = true;
      clearInterval(timer);
      const isReachable = connection.status === 'ready';
      const ended = Promise.all([worker.close(), underWay]);
      if (!(await settledWithin(ended, isReachable ? closeMs : 0))) await worker.sever();
      if (isReachable) await settledWithin(connection.unlink(...keys), closeMs);
      await settledWithin(queue.close(), closeMs);
    },
  };

  /** Not while an earlier one waits for Redis: they would all be sent when it is back. */
  function send(): void {
    underWay ??= sendOne()
      .catch((error: Error) => log.debug({ event: 'probe-not-sent', message: error.message }))
      .finally(() => {
        underWay = null;
      });
  }

  async function sendOne(): Promise<void> {
    await queue.add('probe', {}, { jobId });
    await expireKeys(connection, keys, 'all');
  }
}

const namePrefix = 'probe-';

/** A process that died between two steps of BullMQ has left keys that do not end by themselves. */
async function expireLeftovers(redis: Redis, prefix: string): Promise<void> {
  const found = redis.scanStream({ match: `${prefix}:${namePrefix}*`, count: 1_000 });
  for await (const keys of found as AsyncIterable<string[]>) {
    if (keys.length > 0) await expireKeys(redis, keys, 'lasting');
  }
}

async function expireKeys(redis: Redis, keys: readonly string[], which: 'all' | 'lasting'): Promise<void> {
  await redis.eval(expireScript, keys.length, ...keys, leftForSeconds, which);
}
