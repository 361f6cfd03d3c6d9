import { describe, expect, test } from 'vitest';
import { faultOfCause, faultToAppError, missingItemError, refusalToAppError } from './server-fault.ts';

describe('faultToAppError', () => {
  test.each([
    [401, 'security_exception', 'failed_precondition'],
    [403, 'security_exception', 'failed_precondition'],
    [403, 'cluster_block_exception', 'failed_precondition'],
    [400, 'index_closed_exception', 'failed_precondition'],
    [404, 'index_not_found_exception', 'not_found'],
    [429, 'es_rejected_execution_exception', 'resource_exhausted'],
    [429, 'cluster_block_exception', 'resource_exhausted'],
    [500, 'exception', 'unavailable'],
    [503, 'search_phase_execution_exception', 'unavailable'],
    [503, 'cluster_block_exception', 'unavailable'],
    [400, 'parsing_exception', 'internal'],
  ])('%d %s is %s of the index', (status, type, code) => {
    const error = faultToAppError({ status, type, reason: 'because' }, 'http://host');
    expect(error).toMatchObject({ code, part: 'index' });
    expect(error.message).toContain('http://host');
  });

  test.each([
    [429, 'index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, …];'],
    [403, 'index [x] blocked by: [FORBIDDEN/12/index read-only / allow delete (api)];'],
  ])('a full disk is known by its block, also with %d', (status, reason) => {
    const error = faultToAppError({ status, type: 'cluster_block_exception', reason }, 'http://host');
    expect(error).toMatchObject({
      code: 'resource_exhausted',
      message: expect.stringContaining('disk'),
      context: { full: true },
      retryAfterMs: 30_000,
    });
  });

  test('an overload is no full disk, and is looked at again sooner', () => {
    const fault = { status: 429, type: 'es_rejected_execution_exception', reason: '' };
    const error = faultToAppError(fault, '');
    expect(error.retryAfterMs).toBe(5_000);
    expect(error.context.full).toBeUndefined();
  });

  test('a block that somebody has set is not taken for missing rights', () => {
    const reason = 'index [x] blocked by: [FORBIDDEN/8/index write (api)];';
    const error = faultToAppError({ status: 403, type: 'cluster_block_exception', reason }, 'http://host');
    expect(error.message).toContain('FORBIDDEN/8');
    expect(error.message).not.toContain('password');
  });
});

describe('refusalToAppError', () => {
  test('an index that takes no document is no bug of ours, whatever the server calls it', () => {
    const fault = { status: 400, type: 'illegal_argument_exception', reason: 'no write index is defined' };
    expect(refusalToAppError(fault, 'http://host')).toMatchObject({
      code: 'failed_precondition',
      part: 'index',
      message: expect.stringContaining(
        'refuses writes (illegal_argument_exception: no write index is defined)',
      ),
    });
  });
});

describe('missingItemError', () => {
  test.each([
    ['index_not_found_exception', 'not_found'],
    ['index_closed_exception', 'failed_precondition'],
    ['cluster_block_exception', 'failed_precondition'],
    ['security_exception', 'failed_precondition'],
    ['no_shard_available_action_exception', 'unavailable'],
  ])('%s is %s: only what nobody has to mend is worth another try', (type, code) => {
    expect(missingItemError({ type }, 'winnow.x', 'http://h')).toMatchObject({ code, part: 'index' });
  });
});

describe('faultOfCause', () => {
  test('looks through failed shards to what one of them said', () => {
    const cause = {
      type: 'search_phase_execution_exception',
      reason: 'all shards failed',
      root_cause: [{ type: 'query_shard_exception', reason: 'no such field' }],
    };
    expect(faultOfCause(400, cause)).toEqual({
      status: 400,
      type: 'query_shard_exception',
      reason: 'no such field',
    });
  });

  test.each([[null], ['text'], [undefined], [{}]])('bears any answer: %o', (cause) => {
    expect(faultOfCause(502, cause)).toEqual({ status: 502, type: '', reason: '' });
  });
});
