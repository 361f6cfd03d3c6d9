import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { filterSchema } from './filter.ts';
import { parseGiven } from './parse-given.ts';

const schema = z.strictObject({
  corpus: z.string(),
  k: z.coerce.number().int().max(500).default(10),
  query: z.string().max(5).optional(),
  list: z.array(z.string()).max(1).optional(),
  filter: filterSchema.optional(),
  names: z.record(z.string(), z.number()).optional(),
});

function saidOf(given: unknown): string {
  try {
    parseGiven(schema, given, 'the body');
  } catch (thrown) {
    return (thrown as Error).message;
  }
  return 'nothing';
}

describe('parseGiven', () => {
  test.each([
    [{ corpus: 'x' }, 'nothing'],
    [undefined, 'the body: is missing'],
    [5, 'the body: must be an object (given: 5)'],
    [{ k: 5_000 }, 'corpus: is missing; k: must be at most 500 (given: 5000)'],
    [{ corpus: 'x', k: '5000' }, 'k: must be at most 500 (given: "5000")'],
    [{ corpus: 'x', k: 'many' }, 'k: must be a number (given: "many")'],
    [{ corpus: null }, 'corpus: must be text (given: null)'],
    [{ corpus: [1, 2] }, 'corpus: must be text (given: a list of 2)'],
    [{ corpus: 'x', query: 'x'.repeat(9_000) }, 'query: must be at most 5 characters long (given: 9000)'],
    [{ corpus: 'x', list: ['a', 'b'] }, 'list: must be a list of at most 1 (given: 2)'],
    [
      { corpus: 'x', filter: { op: 'and', filters: [{ op: 'is', field: 'a' }] } },
      'filter.filters.0.op: must be one of eq, in, range, exists, and, or, not (given: "is")',
    ],
    [
      { corpus: 'x', filter: { field: 'a' } },
      'filter.op: must be one of eq, in, range, exists, and, or, not',
    ],
    [{ corpus: 'x', filter: { op: 'eq', field: 'a' } }, 'filter.value: is missing'],
    [
      { corpus: 'x', filter: { op: 'eq', field: 'a', value: {} } },
      'filter.value: must be text, a number or true or false (given: an object)',
    ],
    [
      { corpus: 'x', filter: { op: 'eq', field: '1', value: 1 } },
      'filter.field: a field is a letter or _, then up to 63 of A-Z a-z 0-9 _ . - (given: "1")',
    ],
    [{ corpus: 'x', names: { '\u001b[2J\n': 'x' } }, 'names.\\x1b[2J\\n: must be a number (given: "x")'],
  ])('%j: %s', (given, said) => {
    expect(saidOf(given)).toBe(said);
  });

  test('says a few of very many problems', () => {
    const names = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`n${at}`, 'x']));
    const said = saidOf({ corpus: 'x', names });
    expect(said.split('; ')).toHaveLength(11);
    expect(said).toMatch(/; and 40 more$/);
  });

  test('has no word of the library, and a bound, whatever is given', () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.record({ corpus: fc.anything(), k: fc.anything(), filter: fc.anything(), names: fc.anything() }),
      fc.record({ corpus: fc.string(), filter: fc.record({ op: fc.anything(), field: fc.anything() }) }),
    );
    fc.assert(
      fc.property(anything, (given) => {
        const said = saidOf(given);
        expect(said).not.toMatch(/Invalid|expected|received|Too (big|small)/);
        expect(said.length).toBeLessThan(8_000);
      }),
    );
  });
});
