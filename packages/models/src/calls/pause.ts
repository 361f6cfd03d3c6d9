import { AppError } from '@winnow/core';

/** @throws AppError of the signal's reason as soon as it is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw AppError.from(signal.reason);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = () => reject(AppError.from(signal.reason));
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
