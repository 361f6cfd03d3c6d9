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
    [
      'MISCONF Redis is configured to save RDB snapshots, but it is unable to persist to disk.',
      'unavailable',
    ],
    [
      'All sentinels are unreachable. Retrying from scratch after 10ms. Last error: Connection is closed.',
      'unavailable',
    ],
    [
      'All sentinels are unreachable. Retrying from scratch after 10ms. Last error: NOAUTH Authentication required.',
      'failed_precondition',
    ],
    ['Unknown RESP type 72 "H". Please report this.', 'failed_precondition'],
    ['error:0A00010B:SSL routines:tls_validate_record_header:wrong version number', 'failed_precondition'],
    ['self-signed certificate', 'failed_precondition'],
    ['ERR DB index is out of range', 'failed_precondition'],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'internal'],
  ])('takes "%s" for %s', (message, code) => {
    expect(redisError(new Error(message))).toMatchObject({ code, part: 'queue' });
  });

  it('takes what a host with two addresses fails with for the errors of both', () => {
    const errors = ['::1', '127.0.0.1'].map((host) => new Error(`connect ECONNREFUSED ${host}:6379`));
    expect(redisError(new AggregateError(errors))).toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/::1:6379.*127\.0\.0\.1:6379/),
    });
  });

  it('keeps code and message of an AppError, and the part it names', () => {
    const message = 'OOM is mentioned here';
    const error = new AppError('invalid_argument', message);
    expect(redisError(error)).toMatchObject({ code: 'invalid_argument', message, part: 'queue' });
    const ofIndex = new AppError('unavailable', message, { part: 'index' });
    expect(redisError(ofIndex)).toBe(ofIndex);
  });
});
