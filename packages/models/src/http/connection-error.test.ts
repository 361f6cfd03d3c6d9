import { AppError } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { connectionError } from './connection-error.ts';

const never = new AbortController().signal;

describe('connectionError', () => {
  it('puts the reason of the caller before what was thrown', () => {
    const signal = AbortSignal.abort();
    expect(connectionError('ranking', new TypeError('fetch failed'), signal)).toMatchObject({
      code: 'canceled',
    });
    const late = AbortSignal.abort(new DOMException('too late', 'TimeoutError'));
    expect(connectionError('ranking', null, late)).toMatchObject({ code: 'deadline_exceeded' });
  });

  it('knows a deadline below other errors', () => {
    const cause = new DOMException('timeout', 'TimeoutError');
    const error = new Error('The user aborted a request', { cause });
    expect(connectionError('ranking', error, never)).toMatchObject({
      code: 'deadline_exceeded',
      message: 'ranking: no answer in time',
    });
  });

  it('names the innermost cause', () => {
    const error = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    expect(connectionError('ranking', error, never)).toMatchObject({
      code: 'unavailable',
      message: 'ranking: the answer broke off or never came (fetch failed: connect ECONNREFUSED)',
    });
  });

  it('quotes nothing of a body that is not JSON', () => {
    const error = new Error('parsing', { cause: new SyntaxError('"secret text" is not valid JSON') });
    const made = connectionError('ranking', error, never);
    expect(made).toMatchObject({ code: 'unavailable', message: expect.stringContaining('is not JSON') });
    expect(made.cause).toBeUndefined();
  });

  it('lets an AppError be', () => {
    const error = new AppError('not_found', 'gone');
    expect(connectionError('ranking', error, never)).toBe(error);
  });
});
