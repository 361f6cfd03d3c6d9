import { AppError } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { describeError } from './logger.ts';

function thrownByABug(): Error {
  return new TypeError('x is not a function');
}

describe('describeError', () => {
  test('shows where a bug happened, however often it was caught on the way', () => {
    const wrapped = new AppError('internal', 'cannot search', { cause: AppError.from(thrownByABug()) });
    expect(describeError(wrapped)).toMatchObject({
      code: 'internal',
      message: 'cannot search',
      stack: expect.stringContaining('thrownByABug'),
    });
  });

  test('shows no place for what is no bug, and comes to an end with causes in a ring', () => {
    expect(describeError(new AppError('unavailable', 'refused'))).toEqual({
      code: 'unavailable',
      message: 'refused',
    });
    const ring = thrownByABug();
    ring.cause = ring;
    expect(describeError(ring)).toMatchObject({ stack: expect.stringContaining('thrownByABug') });
  });
});
