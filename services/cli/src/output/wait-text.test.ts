import { waitReasons } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { waitLabel, waitLine, waitReasonOfTrouble } from './wait-text.ts';

describe('waitLine', () => {
  test('says what a run waits for, what can be done, and that it goes on by itself', () => {
    expect(waitLine({ reason: 'index_away', message: 'Elasticsearch at http://x does not answer' })).toBe(
      'waiting (index_away): Elasticsearch at http://x does not answer. Start the server, or mend the way to it: ' +
        'the run goes on by itself when it answers.',
    );
  });

  test('leaves it at the message where that says what to do', () => {
    const message = 'somebody paused it: winnow resume 7 has it go on';
    expect(waitLine({ reason: 'paused', message })).toBe(`waiting (paused): ${message}`);
  });

  test('has words for every reason', () => {
    for (const reason of waitReasons) {
      expect(waitLine({ reason, message: 'So.' })).toContain(`waiting (${reason}): So`);
      expect(waitLabel(reason).length).toBeLessThanOrEqual(25);
    }
  });
});

describe('waitReasonOfTrouble', () => {
  test('takes a store of no name for the index', () => {
    expect(waitReasonOfTrouble({ part: null })).toBe('index_away');
    expect(waitReasonOfTrouble({ part: 'queue' })).toBe('queue_away');
  });
});
