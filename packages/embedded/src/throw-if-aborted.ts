import { AppError } from '@winnow/core';

/** @throws AppError `canceled`, or `deadline_exceeded` where a timeout aborted the signal. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw AppError.from(signal.reason);
}
