import { AppError, errorCodes, errorParts } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { exitCodeOfError, lastWords } from './exit-codes.ts';

describe('exitCodeOfError', () => {
  test.each([
    ['invalid_argument', null, 2],
    ['not_found', null, 2],
    ['not_found', 'source', 2],
    ['not_found', 'index', 3],
    ['failed_precondition', null, 2],
    ['failed_precondition', 'source', 2],
    ['failed_precondition', 'index', 3],
    ['failed_precondition', 'queue', 3],
    ['failed_precondition', 'model', 3],
    ['resource_exhausted', null, 3],
    ['unavailable', null, 3],
    ['unavailable', 'source', 3],
    ['deadline_exceeded', null, 3],
    ['canceled', null, 3],
    ['internal', null, 70],
  ] as const)('%s of %s ends with %d', (code, part, exitCode) => {
    expect(exitCodeOfError({ code, part })).toBe(exitCode);
  });

  test('a bug is a bug and bad input is bad input wherever it was met', () => {
    for (const part of errorParts) {
      expect(exitCodeOfError({ code: 'internal', part })).toBe(70);
      expect(exitCodeOfError({ code: 'invalid_argument', part })).toBe(2);
    }
  });

  test('no error ends as if all were done, or as an answer of no', () => {
    for (const code of errorCodes) expect(exitCodeOfError({ code, part: null })).toBeGreaterThan(1);
  });
});

describe('lastWords', () => {
  test('says what is wrong in one sentence, and where only for a bug', () => {
    const refused = lastWords('winnow', new AppError('unavailable', 'no connection to Redis'));
    expect(refused).toBe('winnow: no connection to Redis\n');
    expect(lastWords('winnow', new AppError('internal', 'impossible'))).toMatch(/impossible\n +at /);
  });
});
