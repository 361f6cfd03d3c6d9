import { AppError, type ErrorCode } from '@winnow/core';

/** What Redis and its client say, and what it means to a caller. First match wins. */
const meanings: readonly (readonly [RegExp, ErrorCode, string])[] = [
  // Redis itself, and its word from within a script.
  [/\bOOM /, 'resource_exhausted', 'Redis is out of memory'],
  [/Protocol error/i, 'failed_precondition', 'what answers there is not Redis'],
  [
    /WRONGPASS|NOAUTH|NOPERM|invalid username-password/i,
    'failed_precondition',
    'Redis refused the user or password',
  ],
  [/Command timed out/i, 'deadline_exceeded', 'Redis did not answer in time'],
  [
    /max retries per request|connection is closed|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|socket timeout|LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|stream isn't writeable/i,
    'unavailable',
    'Redis cannot be reached',
  ],
];

/**
 * Makes an AppError of what a Redis call threw. Keeps an AppError as it is; what is not known is `internal`.
 * The message of the client stays in it, which names a host at most, never a password.
 */
export function redisError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown.attributedTo('queue');
  if (!(thrown instanceof Error)) return AppError.from(thrown);
  for (const [pattern, code, meaning] of meanings) {
    if (pattern.test(thrown.message)) {
      return new AppError(code, `${meaning}: ${thrown.message}`, { cause: thrown, part: 'queue' });
    }
  }
  return AppError.from(thrown);
}
