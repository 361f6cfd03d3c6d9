import { AppError, unlessAborted } from '@winnow/core';

/** Calls that several callers wait for together. */
export interface JoinedCalls<Key, Value> {
  /**
   * Waits for the call of that key that is under way, or makes it.
   * @param call gets a signal that is aborted when nobody waits any more.
   * @returns whether another caller had made it.
   * @throws AppError `canceled` or `deadline_exceeded` by this caller's signal, others go on waiting; else what the
   * call throws.
   */
  join(
    key: Key,
    signal: AbortSignal,
    call: (signal: AbortSignal) => Promise<Value>,
  ): Promise<{ readonly value: Value; readonly joined: boolean }>;
}

interface UnderWay<Value> {
  readonly promise: Promise<Value>;
  waiting: number;
  /** Nobody can join it any more. */
  close(): void;
}

export function createJoinedCalls<Key, Value>(): JoinedCalls<Key, Value> {
  const calls = new Map<Key, UnderWay<Value>>();

  function begin(key: Key, call: (signal: AbortSignal) => Promise<Value>): UnderWay<Value> {
    const controller = new AbortController();
    const begun: UnderWay<Value> = {
      promise: call(controller.signal),
      waiting: 0,
      close() {
        if (calls.get(key) === begun) calls.delete(key);
        controller.abort(new AppError('canceled', 'nobody waits for it any more'));
      },
    };
    calls.set(key, begun);
    begun.promise.then(begun.close, begun.close);
    return begun;
  }

  return {
    async join(key, signal, call) {
      if (signal.aborted) throw AppError.from(signal.reason);
      const known = calls.get(key);
      const awaited = known ?? begin(key, call);
      awaited.waiting += 1;
      try {
        return { value: await unlessAborted(awaited.promise, signal), joined: known !== undefined };
      } finally {
        awaited.waiting -= 1;
        if (awaited.waiting === 0) awaited.close();
      }
    },
  };
}
