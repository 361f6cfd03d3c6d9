import { AppError } from './errors.ts';

/**
 * What a thread or process that was started late says where its code is of another version than that which started it,
 * as after an update under a running process: what they send each other may have changed.
 */
export function updatedUnder(what: string): AppError {
  const message = `Winnow was updated while this process ran, and its ${what} is of another version: start it again`;
  return new AppError('unavailable', message);
}
