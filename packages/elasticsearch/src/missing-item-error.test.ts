import { describe, expect, test } from 'vitest';
import { missingItemError } from './server-fault.ts';

describe('missingItemError', () => {
  test('takes only a missing index for a deleted corpus; a shard that is not there yet is worth another try', () => {
    const gone = missingItemError({ type: 'index_not_found_exception' }, 'winnow.x', 'http://h');
    const starting = missingItemError(
      { type: 'no_shard_available_action_exception' },
      'winnow.x',
      'http://h',
    );
    expect([gone.code, starting.code]).toEqual(['not_found', 'unavailable']);
    expect(starting.retryable).toBe(true);
  });
});
