import { errors } from '@elastic/elasticsearch';
import { AppError } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { toAppError } from './errors.ts';

const address = 'http://host';

describe('toAppError', () => {
  test.each([
    ['a time-out', new errors.TimeoutError('Request timed out'), 'deadline_exceeded'],
    ['a connection that broke', new errors.ConnectionError('socket hang up'), 'unavailable'],
    ['no node that answers', new errors.NoLivingConnectionsError('none', {} as never), 'unavailable'],
    ['another server', new errors.ProductNotSupportedError('Elasticsearch'), 'failed_precondition'],
    ['an answer that was not read to its end', new errors.RequestAbortedError('too large'), 'internal'],
    ['a bug', new TypeError('x is not a function'), 'internal'],
  ])('%s comes from the index', (_, thrown, code) => {
    expect(toAppError(thrown, address)).toMatchObject({ code, part: 'index' });
  });

  test("a caller's reason to give up is no trouble of the index", () => {
    const reason = new AppError('deadline_exceeded', 'the job took too long');
    expect(toAppError(reason, address)).toBe(reason);
    expect(reason.part).toBeNull();
  });
});
