import { AppError } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { statusError } from './status-error.ts';

const refusal = { status: 400, headers: null, message: 'no such field', sent: [] };

describe('statusError', () => {
  it.each([
    [400, 'invalid_argument'],
    [401, 'failed_precondition'],
    [402, 'failed_precondition'],
    [403, 'failed_precondition'],
    [404, 'not_found'],
    [408, 'deadline_exceeded'],
    [413, 'invalid_argument'],
    [422, 'invalid_argument'],
    [429, 'resource_exhausted'],
    [498, 'invalid_argument'],
    [499, 'unavailable'],
    [500, 'unavailable'],
    [501, 'failed_precondition'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [504, 'deadline_exceeded'],
    [529, 'unavailable'],
  ] as const)('makes %i %s', (status, code) => {
    const error = statusError('ranking', { ...refusal, status });
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code, part: 'model', context: { status, requestId: null } });
  });

  it('quotes the provider, and names its request', () => {
    const headers = new Headers({ 'x-request-id': 'r-1' });
    expect(statusError('ranking', { ...refusal, headers })).toMatchObject({
      message: 'ranking: no such field (400)',
      context: { status: 400, requestId: 'r-1' },
    });
    expect(statusError('ranking', { ...refusal, message: null }).message).toBe(
      'ranking: the endpoint gave no reason (400)',
    );
  });

  it.each([401, 403])('quotes nothing of a refused key: %i', (status) => {
    const { message } = statusError('ranking', { ...refusal, status, message: 'wrong key sk-1***9' });
    expect(message).not.toContain('sk-1');
  });

  it('leaves out what was sent', () => {
    const message = 'cannot read "the secret plans of the house"';
    expect(
      statusError('ranking', { ...refusal, message, sent: ['the secret plans of the house'] }).message,
    ).toBe('ranking: cannot read "…" (400)');
  });

  it('lets the provider say more than the status does', () => {
    const headers = new Headers({ 'retry-after': '3' });
    const empty = { ...refusal, status: 429, headers, code: 'failed_precondition' } as const;
    expect(statusError('ranking', empty)).toMatchObject({ code: 'failed_precondition', retryAfterMs: null });
    expect(statusError('ranking', { ...empty, code: null })).toMatchObject({
      code: 'resource_exhausted',
      retryAfterMs: 3_000,
    });
  });
});
