import { AppError, type Logger, within } from '@winnow/core';
import { Redis, type RedisOptions } from 'ioredis';
import { redisError } from './redis-error.ts';
import { redisOptionsOf } from './redis-url.ts';

/**
 * `impatient` connections serve callers that can answer for a failure: a command fails within seconds when
 * Redis is away. `patient` ones serve workers, which have nothing better to do than wait for it.
 */
type Patience = 'impatient' | 'patient';

/** An impatient command fails after this long at the latest. */
const commandTimeoutMs = 5_000;

/**
 * A socket that owes a reply for this long is given up and made anew: it may lead to nowhere, and would for minutes.
 * For patient ones above BullMQ's longest wait of 10 s.
 */
const socketTimeoutsMs = { impatient: commandTimeoutMs + 500, patient: 15_000 };

/** A sentinel that answers no sooner is passed over for the next. */
const sentinelTimeoutMs = 1_000;

const optionsOf = {
  impatient: { maxRetriesPerRequest: 5, commandTimeout: commandTimeoutMs },
  patient: { maxRetriesPerRequest: null },
} satisfies Record<Patience, RedisOptions>;

/** Why a connection is lost, for as long as it is. */
const faults = new WeakMap<Redis, Error>();

/**
 * Opens a connection that comes back by itself, to another server where sentinels say so. Losing and regaining Redis
 * is one log line each, however often it is tried in between.
 *
 * @param redisUrl as `redisOptionsOf` reads it.
 * @throws AppError `invalid_argument` if it is another kind of URL.
 */
export function connectRedis(redisUrl: string, patience: Patience, log: Logger): Redis {
  const redis = new Redis({
    ...redisOptionsOf(redisUrl),
    ...optionsOf[patience],
    connectTimeout: commandTimeoutMs,
    socketTimeout: socketTimeoutsMs[patience],
    sentinelCommandTimeout: sentinelTimeoutMs,
    retryStrategy: (times) => Math.min(times * 200, 2_000),
    // It was made a replica: whoever is asked anew knows the master.
    reconnectOnError: ({ message }) => message.includes('READONLY'),
  });
  let lost = false;
  redis.on('error', (error: Error) => {
    faults.set(redis, error);
    if (lost || redis.status === 'end') return;
    lost = true;
    log.warn({ event: 'redis-lost', message: redisError(error).message });
  });
  redis.on('close', () => {
    if (lost || redis.status === 'end') return;
    lost = true;
    log.warn({ event: 'redis-lost', message: 'the connection was closed' });
  });
  redis.on('ready', () => {
    faults.delete(redis);
    if (lost) log.info({ event: 'redis-back' });
    lost = false;
  });
  return redis;
}

/**
 * Awaits a call to Redis, at most a little longer than its command may take, even if the connection was
 * never made.
 * @param redis the connection that the call goes through.
 * @throws AppError as `redisError` says; where the connection is lost, it says why.
 */
export async function answered<T>(redis: Redis, call: Promise<T>): Promise<T> {
  const late = () =>
    new AppError('unavailable', `Redis cannot be reached: no answer within ${answerTimeoutMs} ms`);
  try {
    return await within(call, answerTimeoutMs, late);
  } catch (thrown) {
    const error = redisError(thrown);
    const fault = faults.get(redis);
    const isLost = error.code === 'unavailable' || error.code === 'deadline_exceeded';
    throw isLost && fault !== undefined ? redisError(fault) : error;
  }
}

const answerTimeoutMs = commandTimeoutMs + 1_000;
