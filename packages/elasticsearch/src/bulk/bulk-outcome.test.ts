import { describe, expect, test } from 'vitest';
import { itemOutcome, requestOutcome } from './bulk-outcome.ts';

const item = (status: number, type = '') => ({ status, error: { type, reason: 'because' } });

describe('itemOutcome', () => {
  test.each([
    ['done', { status: 200 }],
    ['done', { status: 201 }],
    ['conflict', item(409, 'version_conflict_engine_exception')],
    ['rejected', item(400, 'document_parsing_exception')],
    ['rejected', item(400, 'mapper_parsing_exception')],
    ['rejected', item(413)],
    ['overloaded', item(429, 'es_rejected_execution_exception')],
    ['overloaded', item(429, 'circuit_breaking_exception')],
    ['refused', item(429, 'cluster_block_exception')],
    ['refused', item(403, 'cluster_block_exception')],
    ['refused', item(403, 'security_exception')],
    ['refused', item(401, 'security_exception')],
    ['refused', item(404, 'index_not_found_exception')],
    ['refused', item(404, 'document_missing_exception')],
    ['refused', item(400, 'index_closed_exception')],
    ['refused', item(400, 'illegal_argument_exception')],
    ['refused', item(400, 'strict_dynamic_mapping_exception')],
    ['refused', item(400, 'something_new_exception')],
    ['failed', item(503, 'cluster_block_exception')],
    ['failed', item(500, 'exception')],
    ['failed', item(503, 'unavailable_shards_exception')],
    ['failed', item(408, '')],
  ])('an index operation is %s after %o', (kind, answer) => {
    expect(itemOutcome('index', answer).kind).toBe(kind);
  });

  test('a delete of what is not there is missing, of an index that is not there refused', () => {
    expect(itemOutcome('delete', { status: 404 }).kind).toBe('missing');
    expect(itemOutcome('delete', item(404, 'index_not_found_exception')).kind).toBe('refused');
  });

  test("a rejection says why, without the document's text", () => {
    const reason = "failed to parse field [n]. Preview of field's value: 'secret'";
    const error = { type: 'document_parsing_exception', reason };
    expect(itemOutcome('index', { status: 400, error })).toEqual({
      kind: 'rejected',
      message: 'document_parsing_exception: failed to parse field [n]',
    });
  });
});

describe('requestOutcome', () => {
  const fault = (status: number, type = '') => ({ status, type, reason: '' });
  test.each([
    ['failed', null],
    ['split', fault(413)],
    ['overloaded', fault(429, 'es_rejected_execution_exception')],
    ['overloaded', fault(429)],
    ['fatal', fault(429, 'cluster_block_exception')],
    ['failed', fault(500)],
    ['failed', fault(502)],
    ['failed', fault(503)],
    ['failed', fault(504)],
    ['fatal', fault(400)],
    ['fatal', fault(401)],
    ['fatal', fault(403)],
  ])('is %s after %o', (outcome, given) => {
    expect(requestOutcome(given)).toBe(outcome);
  });
});
