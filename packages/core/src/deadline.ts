import { AppError } from './errors.ts';

/**
 * What a promise comes to, unless the signal is aborted first: then nobody waits for it any more.
 * @throws what the promise throws; AppError of the signal's reason.
 */
export async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return await promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => {
    // Some dispatch the event to a signal that is not aborted, where a time limit of their own has passed.
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

/**
 * What a promise comes to within a time; the promise itself goes on.
 * @param late made only if the time runs out.
 * @throws what the promise throws, or `late`.
 */
export async function within<Value>(
  promise: Promise<Value>,
  timeoutMs: number,
  late: () => Error,
): Promise<Value> {
  const { promise: passed, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), timeoutMs);
  try {
    return await Promise.race([promise, passed]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until a promise settles either way, or `timeoutMs` passed. @returns true if it settled. */
export async function settledWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return await within(settled, timeoutMs, () => new Error('late')).catch(() => false);
}

/**
 * Runs a call that must end in time, and stops waiting even where the call ignores its signal.
 *
 * @param what names the call in the error.
 * @throws AppError `deadline_exceeded` after `deadlineMs`; `canceled` where `signal` is aborted; else what the call throws.
 */
export async function withDeadline<Result>(
  what: string,
  deadlineMs: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const either = AbortSignal.any([signal, deadline]);
  try {
    return await unlessAborted(run(either), either);
  } catch (thrown) {
    if (signal.aborted) throw AppError.from(signal.reason);
    if (!deadline.aborted) throw AppError.from(thrown);
    throw new AppError('deadline_exceeded', `${what} took longer than ${deadlineMs} ms`, { cause: thrown });
  }
}
