import { AppError } from '@winnow/core';

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
    return await Promise.race([run(either), rejectionOf(either)]);
  } catch (thrown) {
    if (signal.aborted) throw AppError.from(signal.reason);
    if (!deadline.aborted) throw AppError.from(thrown);
    throw new AppError('deadline_exceeded', `${what} took longer than ${deadlineMs} ms`, { cause: thrown });
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
