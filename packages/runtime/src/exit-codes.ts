import { AppError, type ErrorPart } from '@winnow/core';

/** What a process ends with. Besides these: 130 and 143, stopped by a signal. */
export const exitCodes = {
  done: 0,
  /** Done, and the answer is no: there are findings, documents failed, an answer abstained. */
  no: 1,
  /** What was given cannot be, or is not there. */
  badInput: 2,
  /** A server, a disk or a data folder does not play along. */
  server: 3,
  /** A bug in Winnow. */
  bug: 70,
} as const;

/**
 * The exit code of a process that ends with this error. What was `canceled` was stopped by somebody else: of a signal
 * only the process itself knows, and ends with that.
 */
export function exitCodeOfError({ code, part }: Pick<AppError, 'code' | 'part'>): number {
  switch (code) {
    case 'invalid_argument':
      return exitCodes.badInput;
    case 'not_found':
    case 'failed_precondition':
      return part !== null && serverParts.has(part) ? exitCodes.server : exitCodes.badInput;
    case 'unavailable':
    case 'deadline_exceeded':
    case 'resource_exhausted':
    case 'canceled':
      return exitCodes.server;
    case 'internal':
      return exitCodes.bug;
  }
}

/** Parts that are there or not whatever was asked for; a source is what the user named. */
const serverParts: ReadonlySet<ErrorPart> = new Set(['index', 'queue', 'model']);

/** What a process says before it ends with this error: one sentence, or where a bug is. */
export function lastWords(program: string, error: AppError): string {
  return `${program}: ${error.code === 'internal' ? (error.stack ?? error.message) : error.message}\n`;
}

/** Ends the process at once for what nobody could catch, such as output that cannot be written. */
export function endWith(program: string, thrown: unknown): never {
  const error = AppError.from(thrown);
  process.stderr.write(lastWords(program, error));
  process.exit(exitCodeOfError(error));
}
