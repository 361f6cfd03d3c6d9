import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { issueWords } from './issue-words.ts';

const schema = z.strictObject({
  name: z.string().min(1).max(3).optional(),
  port: z.coerce.number().int().max(9).optional(),
  sources: z.array(z.string()).min(2).optional(),
  mode: z.enum(['fast', 'good', 'best']).optional(),
  share: z.number().gt(0).optional(),
  own: z.string('must be a colour').optional(),
});

describe('issueWords', () => {
  test.each([
    [{ name: 5 }, 'must be text'],
    [{ name: '' }, 'must not be empty'],
    [{ name: 'long' }, 'must be at most 3 characters long'],
    [{ port: 'abc' }, 'must be a number'],
    [{ port: 10 }, 'must be at most 9'],
    [{ port: 1.5 }, 'must be a whole number'],
    [{ sources: 'one' }, 'must be a list'],
    [{ sources: ['one'] }, 'must be a list of at least 2'],
    [{ mode: 'bad' }, 'must be fast, good or best'],
    [{ share: 0 }, 'must be more than 0'],
    [{ sorce: 1 }, 'nothing here is called "sorce"'],
    [{ own: 1 }, 'must be a colour'],
  ])('%j: %s', (given, said) => {
    expect(saidOf(schema, given)).toEqual([said]);
  });

  test('what is not there is missing', () => {
    expect(saidOf(z.object({ name: z.string() }), {})).toEqual(['is missing']);
  });
});

function saidOf(wanted: z.ZodType, given: unknown) {
  const { error } = wanted.safeParse(given, { error: issueWords });
  return error?.issues.map(({ message }) => message);
}
