import { AppError } from '@winnow/core';

/**
 * Waits for a promise, but not for ever. The promise itself goes on.
 * @param lateError made only if the time runs out.
 * @throws what the promise throws, or `lateError`.
 */
export async function within<T>(promise: Promise<T>, timeoutMs: number, lateError: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(lateError()), timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits for a promise, but not past an abort. The promise itself goes on.
 * @throws what the promise throws; AppError `canceled` or `deadline_exceeded` once the signal is aborted.
 */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(AppError.from(signal.reason));
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Waits until a promise settles either way, or `timeoutMs` passed. @returns true if it settled. */
export async function settledWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return within(settled, timeoutMs, () => new Error('late')).catch(() => false);
}
