import { AppError } from '@winnow/core';

/** Resolves when the work is done or the signal aborted, whichever is first: some work ignores its signal. */
export function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    if (signal.aborted) return done();
    signal.addEventListener('abort', done);
    work.then(done, reject);
  });
}

/** Why a signal was aborted: `deadline_exceeded` or what else its reason says; null while it is not. */
export function abortError({ aborted, reason }: AbortSignal): AppError | null {
  if (!aborted) return null;
  const error = AppError.from(reason);
  return error.code === 'deadline_exceeded'
    ? new AppError(error.code, 'the time for it was up', { cause: error })
    : error;
}
