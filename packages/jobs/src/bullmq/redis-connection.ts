import { AppError, type Logger } from '@winnow/core';
import { Redis, type RedisOptions } from 'ioredis';
import { within } from '../within.ts';
import { redisError } from './redis-error.ts';

/**
 * `impatient` connections serve callers that can answer for a failure: a command fails within seconds when
 * Redis is away. `patient` ones serve workers, which have nothing better to do than wait for it.
 */
type Patience = 'impatient' | 'patient';

/** An impatient command fails after this long at the latest. */
const commandTimeoutMs = 5_000;

/** A patient socket that owes a reply for this long is given up and made anew. Above BullMQ's longest wait of 10 s. */
const socketTimeoutMs = 15_000;

const optionsOf = {
  impatient: { maxRetriesPerRequest: 5, commandTimeout: commandTimeoutMs, connectTimeout: commandTimeoutMs },
  patient: { maxRetriesPerRequest: null, socketTimeout: socketTimeoutMs, connectTimeout: commandTimeoutMs },
} satisfies Record<Patience, RedisOptions>;

/**
 * Opens a connection that comes back by itself. Losing and regaining Redis is one log line each, however
 * often it is tried in between.
 *
 * @param redisUrl `redis://` or `rediss://` (TLS), with user, password and database number if need be.
 * @throws AppError `invalid_argument` if it is another kind of URL.
 */
export function connectRedis(redisUrl: string, patience: Patience, log: Logger): Redis {
  if (!/^rediss?:\/\//.test(redisUrl) || !URL.canParse(redisUrl)) {
    throw new AppError(
      'invalid_argument',
      'the Redis URL must look like redis://host:6379 or rediss://host:6379',
    );
  }
  const redis = new Redis(redisUrl, {
    ...optionsOf[patience],
    retryStrategy: (times) => Math.min(times * 200, 2_000),
  });
  let lost = false;
  redis.on('error', (error: Error) => {
    if (lost || redis.status === 'end') return;
    lost = true;
    log.warn({ event: 'redis-lost', message: error.message });
  });
  redis.on('close', () => {
    if (lost || redis.status === 'end') return;
    lost = true;
    log.warn({ event: 'redis-lost', message: 'the connection was closed' });
  });
  redis.on('ready', () => {
    if (lost) log.info({ event: 'redis-back' });
    lost = false;
  });
  return redis;
}

/**
 * Awaits a call to Redis, at most a little longer than its command may take, even if the connection was
 * never made.
 * @throws AppError as `redisError` says; `unavailable` if no answer came.
 */
export async function answered<T>(call: Promise<T>): Promise<T> {
  const late = () =>
    new AppError('unavailable', `Redis cannot be reached: no answer within ${answerTimeoutMs} ms`);
  try {
    return await within(call, answerTimeoutMs, late);
  } catch (thrown) {
    throw redisError(thrown);
  }
}

const answerTimeoutMs = commandTimeoutMs + 1_000;
