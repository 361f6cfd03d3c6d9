import { AppError } from '@winnow/core';

/** Ends a call whose next piece does not come in time, however long the whole may take. */
export interface StallLimit {
  /** Aborted by the caller's signal, and when a wait is too long (`deadline_exceeded`). */
  readonly signal: AbortSignal;
  wait<Value>(promise: Promise<Value>): Promise<Value>;
  /** The same items. Only the source is timed, not what the caller does between two items. */
  watch<Item>(items: AsyncIterable<Item>): AsyncIterable<Item>;
}

/**
 * @param what is waited for, for the message.
 * @param signal of the caller.
 */
export function createStallLimit(timeoutMs: number, what: string, signal: AbortSignal): StallLimit {
  const stalled = new AbortController();
  const stall = () => {
    stalled.abort(new AppError('deadline_exceeded', `${what}: nothing came for ${timeoutMs} ms`));
  };
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    timer = setTimeout(stall, timeoutMs);
  };
  const stop = () => clearTimeout(timer);

  return {
    signal: AbortSignal.any([signal, stalled.signal]),
    async wait(promise) {
      start();
      return await promise.finally(stop);
    },
    async *watch(items) {
      try {
        start();
        for await (const item of items) {
          stop();
          yield item;
          start();
        }
      } finally {
        stop();
      }
    },
  };
}
