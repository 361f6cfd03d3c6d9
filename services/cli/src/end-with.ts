import { AppError } from '@winnow/core';
import { exitCodeOfError, lastWords } from '@winnow/runtime';

/** Ends the process at once for an error that no command could catch, such as output that cannot be written. */
export function endWith(thrown: unknown): never {
  const error = AppError.from(thrown);
  process.stderr.write(lastWords('winnow', error));
  process.exit(exitCodeOfError(error));
}
