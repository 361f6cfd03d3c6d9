import { describe, expect, test } from 'vitest';
import { faultOfCause, faultToAppError } from './server-fault.ts';

describe('faultToAppError', () => {
  test.each([
    [401, 'security_exception', 'failed_precondition'],
    [403, 'security_exception', 'failed_precondition'],
    [404, 'index_not_found_exception', 'not_found'],
    [429, 'es_rejected_execution_exception', 'resource_exhausted'],
    [429, 'cluster_block_exception', 'resource_exhausted'],
    [500, 'exception', 'unavailable'],
    [503, 'search_phase_execution_exception', 'unavailable'],
    [400, 'parsing_exception', 'internal'],
  ])('%d %s is %s', (status, type, code) => {
    const error = faultToAppError({ status, type, reason: 'because' }, 'http://host');
    expect(error.code).toBe(code);
    expect(error.message).toContain('http://host');
  });

  test('tells how long to wait where the server is overloaded or its disk full', () => {
    const wait = (type: string) => faultToAppError({ status: 429, type, reason: '' }, '').retryAfterMs;
    expect([wait('es_rejected_execution_exception'), wait('cluster_block_exception')]).toEqual([
      5_000, 30_000,
    ]);
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
