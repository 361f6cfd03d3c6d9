import type { Logger } from '@winnow/core';
import { redisError } from './redis-error.ts';

/** The same message is not logged again within this time. */
const quietMs = 60_000;

/**
 * For the `error` events of BullMQ. Trouble with the connection is left out, since the connection itself logs
 * it once; anything else is logged, but not the same thing over and over.
 */
export function createErrorLog(log: Logger, job: string): (error: Error) => void {
  let last = '';
  let lastAtMs = 0;
  return (error) => {
    const { code, message } = redisError(error);
    if (code === 'unavailable') return;
    if (message === last && performance.now() - lastAtMs < quietMs) return;
    last = message;
    lastAtMs = performance.now();
    log.warn({ event: 'queue-error', job, code, message });
  };
}
