import type { Logger } from '@winnow/core';
import { redisError } from './redis-error.ts';

/** The same thing is not logged again within this time. */
const quietMs = 60_000;
/** Different things that are remembered; more are not seen in a minute. */
const longestMemory = 100;

/** @param job the kind of job at which it happened. */
export type ErrorLog = (error: Error, job: string) => void;

/**
 * For the `error` events of BullMQ, shared by all kinds of jobs. Trouble with the connection is left out, since the
 * connection itself logs it once; anything else is logged, but one thing only once a minute, however many jobs and
 * kinds it befalls.
 */
export function createErrorLog(log: Logger, event = 'queue-error'): ErrorLog {
  const loggedAtMs = new Map<string, number>();
  return (error, job) => {
    const { code, message } = redisError(error);
    if (code === 'unavailable') return;
    const thing = message.replace(/\bjob \S+/g, 'job').replace(/\s*\bscript: .*/, '');
    const lastAtMs = loggedAtMs.get(thing);
    if (lastAtMs !== undefined && performance.now() - lastAtMs < quietMs) return;
    if (loggedAtMs.size >= longestMemory) loggedAtMs.clear();
    loggedAtMs.set(thing, performance.now());
    log.warn({ event, job, code, message });
  };
}
