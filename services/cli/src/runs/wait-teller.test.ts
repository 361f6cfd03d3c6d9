import { AppError, type Waiting } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { createWaitTeller } from './wait-teller.ts';

const waitingFor = (reason: Waiting['reason'], message: string): Waiting => ({
  reason,
  message,
  since: '2026-01-01T00:00:00.000Z',
  looks: 0,
  nextLookAt: null,
});

describe('createWaitTeller', () => {
  test('says each reason once, met by the run or in looking at it', () => {
    const said: string[] = [];
    const teller = createWaitTeller((line) => said.push(line));
    teller.waits(null);
    const error = new AppError('deadline_exceeded', 'Elasticsearch does not answer', { part: 'index' });
    teller.trouble(error);
    teller.trouble(error);
    teller.waits(waitingFor('index_away', 'no connection to Elasticsearch'));
    teller.waits(waitingFor('model_busy', 'asked to wait for 20 s'));
    teller.waits(waitingFor('model_busy', 'asked to wait for 40 s'));
    expect(said.map((line) => line.split('. ')[0])).toEqual([
      'waiting (index_away): Elasticsearch does not answer',
      'waiting (model_busy): asked to wait for 20 s',
    ]);
  });
});
