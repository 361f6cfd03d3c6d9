import { AppError } from '@winnow/core';

/** How long aborted work may go on before it is no longer waited for. */
export const abandonAfterMs = 5_000;

/**
 * Calls `work` with a signal that is aborted after `timeoutMs` or with `outer`, whichever is first. Work that
 * does not heed its signal is left behind after `abandonAfterMs`, so that it cannot hold a worker for ever.
 *
 * @throws AppError what the work threw; `deadline_exceeded` if it stopped, or was left behind, at its
 * deadline; `canceled` if `outer` was aborted.
 */
export async function callUnderDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  timeoutMs: number,
  outer: AbortSignal,
): Promise<T> {
  // Not AbortSignal.timeout, whose timer cannot be cleared: each ended job would leave one behind.
  const deadline = new AbortController();
  const timer = setTimeout(
    () => deadline.abort(new DOMException('the deadline passed', 'TimeoutError')),
    timeoutMs,
  );
  const signal = AbortSignal.any([deadline.signal, outer]);
  try {
    return await orLeftBehind(work(signal), signal);
  } catch (thrown) {
    const error = AppError.from(thrown);
    const causedByAbort = error.code === 'canceled' || !(thrown instanceof AppError);
    if (!deadline.signal.aborted || outer.aborted || !causedByAbort) throw error;
    throw new AppError('deadline_exceeded', `the try took longer than ${timeoutMs} ms`, { cause: thrown });
  } finally {
    clearTimeout(timer);
  }
}

async function orLeftBehind<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let listen = (): void => {};
  const leftBehind = new Promise<never>((_, reject) => {
    listen = () => {
      timer = setTimeout(
        () => reject(new AppError('canceled', 'the job did not stop when told to')),
        abandonAfterMs,
      );
    };
    if (signal.aborted) listen();
    else signal.addEventListener('abort', listen, { once: true });
  });
  try {
    return await Promise.race([work, leftBehind]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', listen);
  }
}
