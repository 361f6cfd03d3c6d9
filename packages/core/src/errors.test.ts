import { describe, expect, test } from 'vitest';
import { AppError } from './errors.ts';

describe('AppError.from', () => {
  test('keeps an AppError as it is', () => {
    const error = new AppError('not_found', 'no such corpus');
    expect(AppError.from(error)).toBe(error);
  });

  test('tells a passed deadline from a cancellation', () => {
    expect(AppError.from(AbortSignal.timeout(0).reason ?? new DOMException('', 'TimeoutError')).code).toBe(
      'deadline_exceeded',
    );
    expect(AppError.from(AbortSignal.abort().reason).code).toBe('canceled');
  });

  test('knows a full disk and a refused connection, and keeps the cause', () => {
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    expect(AppError.from(full)).toMatchObject({ code: 'resource_exhausted', cause: full, retryable: true });
    expect(AppError.from(Object.assign(new Error('x'), { code: 'ECONNREFUSED' })).code).toBe('unavailable');
  });

  test('takes anything else for a bug, which no retry mends', () => {
    expect(AppError.from('text')).toMatchObject({ code: 'internal', retryable: false });
  });
});

describe('the stack of an error', () => {
  test('is where the cause was thrown, not where it was wrapped', () => {
    const cause = thrownByABug();
    expect(AppError.from(cause).stack).toContain('thrownByABug');
    expect(AppError.from(cause).attributedTo('index').stack).toContain('thrownByABug');
  });

  test('of an AppError that is attributed stays its own', () => {
    const error = new AppError('unavailable', 'refused');
    expect(error.attributedTo('model').stack).toBe(error.stack);
  });
});

function thrownByABug(): Error {
  return new TypeError('x is not a function');
}
