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
  step: z.number().multipleOf(5).optional(),
  link: z.url().optional(),
  tag: z.string().regex(/^#/).optional(),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  part: z.union([z.string(), z.object({ at: z.number() })]).optional(),
  shape: z
    .discriminatedUnion('op', [
      z.object({ op: z.literal('eq') }),
      z.object({ op: z.literal('in') }),
      z.object({ op: z.literal('not') }),
    ])
    .optional(),
  words: z.record(z.string().max(2), z.string()).optional(),
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
    [{ own: 1 }, 'must be a colour'],
    [{ step: 3 }, 'must be a multiple of 5'],
    [{ link: 'x' }, 'must be an address such as https://example.org'],
    [{ tag: 'x' }, 'must fit /^#/'],
    [{ value: {} }, 'must be text, a number or true or false'],
    [{ part: { at: 'x' } }, 'at must be a number'],
    [{ shape: { op: 'nor' } }, 'must be one of eq, in, not'],
    [{ shape: {} }, 'must be one of eq, in, not'],
    [{ words: { long: 'x' } }, 'as a name must be at most 2 characters long'],
  ])('%j: %s', (given, said) => {
    expect(saidOf(schema, given)).toEqual([said]);
  });

  test('what nothing is called stands beside what there is', () => {
    const few = z.strictObject({ name: z.string().optional(), port: z.string().optional() });
    expect(saidOf(few, { nam: 1 })).toEqual(['nothing here is called "nam"; there is name, port']);
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${at}`, 1]));
    expect(saidOf(few, many)).toEqual([
      'nothing here is called "k0", "k1", "k2", "k3", "k4" and 19995 more; there is name, port',
    ]);
  });

  test('what is not there is missing', () => {
    expect(saidOf(z.object({ name: z.string() }), {})).toEqual(['is missing']);
  });
});

function saidOf(wanted: z.ZodType, given: unknown) {
  const { error } = wanted.safeParse(given, { error: issueWords });
  return error?.issues.map(({ message }) => message);
}
