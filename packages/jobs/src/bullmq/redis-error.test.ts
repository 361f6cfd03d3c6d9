import { AppError } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { redisError } from './redis-error.ts';

describe('redisError', () => {
  it.each([
    ["OOM command not allowed when used memory > 'maxmemory'.", 'resource_exhausted'],
    ['WRONGPASS invalid username-password pair or user is disabled.', 'failed_precondition'],
    ['NOAUTH Authentication required.', 'failed_precondition'],
    ['Command timed out', 'deadline_exceeded'],
    [
      'Reached the max retries per request limit (which is 5). Refer to "maxRetriesPerRequest" option for details.',
      'unavailable',
    ],
    ['Connection is closed.', 'unavailable'],
    ['connect ECONNREFUSED 127.0.0.1:6379', 'unavailable'],
    ['getaddrinfo ENOTFOUND redis', 'unavailable'],
    ['LOADING Redis is loading the dataset in memory', 'unavailable'],
    ["READONLY You can't write against a read only replica.", 'unavailable'],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'internal'],
  ])('takes "%s" for %s', (message, code) => {
    expect(redisError(new Error(message))).toMatchObject({ code });
  });

  it('leaves an AppError as it is', () => {
    const error = new AppError('invalid_argument', 'OOM is mentioned here');
    expect(redisError(error)).toBe(error);
  });
});
