import { AppError, type ErrorCode } from '@winnow/core';

/** What Redis, its client and TLS say, and what it means to a caller. First match wins. */
const meanings: readonly (readonly [RegExp, ErrorCode, string])[] = [
  // Redis itself, and its word from within a script.
  [/\bOOM /, 'resource_exhausted', 'Redis is out of memory'],
  [/Unknown RESP type|Protocol error/i, 'failed_precondition', 'what answers there is not Redis'],
  [/SSL routines/, 'failed_precondition', 'what answers there does not speak TLS'],
  [
    /certificate|altnames/i,
    'failed_precondition',
    'the certificate of Redis is not trusted; NODE_EXTRA_CA_CERTS can name the file of who signed it',
  ],
  [
    /WRONGPASS|NOAUTH|NOPERM|invalid username-password/i,
    'failed_precondition',
    'Redis refused the user or password',
  ],
  [/DB index/i, 'failed_precondition', 'Redis has no database of that number'],
  [/Command timed out/i, 'deadline_exceeded', 'Redis did not answer in time'],
  [/MISCONF|NOREPLICAS|READONLY/, 'unavailable', 'Redis takes no writes'],
  [
    /max retries per request|connection is closed|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|socket timeout|LOADING|MASTERDOWN|CLUSTERDOWN|sentinels are unreachable|stream isn't writeable/i,
    'unavailable',
    'Redis cannot be reached',
  ],
];

/**
 * Makes an AppError of what a Redis call threw, with part `queue`. Keeps code and message of an AppError; what is not
 * known is `internal`. The message of the client stays in it, which names a host at most, never a password.
 */
export function redisError(thrown: unknown): AppError {
  if (thrown instanceof AppError || !(thrown instanceof Error))
    return AppError.from(thrown).attributedTo('queue');
  const said = textOf(thrown);
  for (const [pattern, code, meaning] of meanings) {
    if (pattern.test(said))
      return new AppError(code, `${meaning}: ${said}`, { cause: thrown, part: 'queue' });
  }
  return AppError.from(thrown).attributedTo('queue');
}

/** A host with two addresses fails with an error for each and no message of its own. */
function textOf(error: Error): string {
  if (error.message !== '' || !(error instanceof AggregateError)) return error.message.trim();
  return error.errors.map((each) => (each instanceof Error ? each.message : String(each))).join('; ');
}
