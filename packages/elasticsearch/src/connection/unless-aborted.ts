import { AppError } from '@winnow/core';

/**
 * What a promise comes to, unless the signal is aborted first: then nobody waits for it any more.
 * @throws AppError of the signal's reason.
 */
export async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return await promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => {
    // The client dispatches the event to a signal that is not aborted, where its own time limit has passed.
    if (signal.aborted) reject(AppError.from(signal.reason));
  };
  signal.addEventListener('abort', abort);
  abort();
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
