import { describe, expect, test } from 'vitest';
import { costsRequestSchema, ledgerQueryOf } from './costs-request.ts';

const now = new Date('2026-11-23T12:00:00.000Z');
const queryOf = (given: unknown) => ledgerQueryOf(costsRequestSchema.parse(given), now);

describe('ledgerQueryOf', () => {
  test('asks for models, all of the time, unless told otherwise', () => {
    expect(queryOf({})).toEqual({ by: 'model', limit: 100 });
  });

  test('takes every condition', () => {
    expect(
      queryOf({ by: 'day', corpus: 'handbook', run: 'r', since: '2026-11-01', until: '24h', limit: '7' }),
    ).toEqual({
      by: 'day',
      corpus: 'handbook',
      runId: 'r',
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-22T12:00:00.000Z',
      limit: 7,
    });
  });

  test.each([
    ['30m', '2026-11-23T11:30:00.000Z'],
    ['24h', '2026-11-22T12:00:00.000Z'],
    ['7d', '2026-11-16T12:00:00.000Z'],
    ['4w', '2026-10-26T12:00:00.000Z'],
  ])('%s is that long ago', (since, from) => expect(queryOf({ since }).from).toBe(from));

  test.each(['7', '-7d', '7y', 'last week', '7 d'])('a moment %j is refused', (since) => {
    expect(() => queryOf({ since })).toThrow('is neither a date');
  });

  test.each([{ by: 'week' }, { limit: 0 }, { limit: 1_001 }, { model: 'gpt' }])('%j is refused', (given) => {
    expect(costsRequestSchema.safeParse(given).success).toBe(false);
  });

  test('a name that no corpus can have is refused', () => {
    expect(() => queryOf({ corpus: '../x' })).toThrow();
  });
});
