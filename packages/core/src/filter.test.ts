import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Filter, filterSchema, matchesFilter, maxFilterDepth, maxFilterTerms } from './filter.ts';

describe('matchesFilter', () => {
  test('never takes a number, a string and a boolean for each other', () => {
    for (const [stored, asked] of [
      ['1', 1],
      [1, '1'],
      [true, 'true'],
      [1, true],
    ] as const) {
      expect(matchesFilter({ op: 'eq', field: 'a', value: asked }, { a: stored })).toBe(false);
    }
  });

  test('matches a list where any of its values does', () => {
    expect(matchesFilter({ op: 'range', field: 'year', gte: 2020 }, { year: [1999, 2021] })).toBe(true);
    expect(matchesFilter({ op: 'eq', field: 'tag', value: 'b' }, { tag: ['a', 'b'] })).toBe(true);
  });

  test('an absent field matches nothing but not', () => {
    expect(matchesFilter({ op: 'range', field: 'year' }, {})).toBe(false);
    expect(matchesFilter({ op: 'not', filter: { op: 'exists', field: 'year' } }, {})).toBe(true);
  });
});

describe('filterSchema', () => {
  test('takes moments for bounds, as the numbers that the metadata time has', () => {
    const given = { op: 'range', field: 'time', gte: '2026-03-04', lt: '2026-03-05T01:00+01:00' };
    expect(filterSchema.parse(given)).toEqual({
      op: 'range',
      field: 'time',
      gte: Date.UTC(2026, 2, 4),
      lt: Date.UTC(2026, 2, 5),
    });
    expect(filterSchema.safeParse({ ...given, gte: 'yesterday' }).success).toBe(false);
  });

  test('refuses a range without a bound, which could only be meant otherwise', () => {
    const refused = filterSchema.safeParse({ op: 'range', field: 'price' });
    expect(refused.error?.issues).toMatchObject([{ message: expect.stringContaining('needs a bound') }]);
    expect(filterSchema.safeParse({ op: 'range', field: 'price', lt: 0 }).success).toBe(true);
  });

  test('refuses a tree that is too deep without walking all of it', () => {
    let filter: Filter = { op: 'exists', field: 'a' };
    for (let level = 0; level < 10_000; level += 1) filter = { op: 'not', filter };
    expect(filterSchema.safeParse(filter).success).toBe(false);
  });

  test('takes a tree of the allowed depth', () => {
    let filter: Filter = { op: 'exists', field: 'a' };
    for (let level = 1; level < maxFilterDepth; level += 1) filter = { op: 'and', filters: [filter] };
    expect(filterSchema.safeParse(filter).success).toBe(true);
  });

  test.each(['and', 'or', 'not'] as const)('allows so many levels of %s, and says how many', (op) => {
    let filter: Filter = { op: 'exists', field: 'a' };
    const deeper = (inner: Filter): Filter =>
      op === 'not' ? { op, filter: inner } : { op, filters: [inner] };
    for (let level = 1; level < maxFilterDepth; level += 1) filter = deeper(filter);
    expect(filterSchema.safeParse(filter).success).toBe(true);
    const refused = filterSchema.safeParse(deeper(filter));
    expect(refused.error?.issues).toMatchObject([
      { message: `a filter may be ${maxFilterDepth} levels deep` },
    ]);
  });

  test.each([
    ['values', { op: 'in', field: 'a', values: Array.from({ length: 125_000 }, () => 1) }],
    ['filters', { op: 'or', filters: Array.from({ length: 125_000 }, () => 1) }],
    ['unknown lists', Array.from({ length: 125_000 }, () => 1)],
    ['unknown fields', Object.fromEntries(Array.from({ length: 125_000 }, (_, at) => [`k${at}`, at]))],
  ])('refuses very many %s in one short sentence', (_name, value) => {
    const refused = filterSchema.safeParse(value);
    expect(refused.success).toBe(false);
    expect(refused.error?.issues).toHaveLength(1);
  });

  test('counts terms over the whole tree', () => {
    const half = { op: 'in', field: 'a', values: Array.from({ length: maxFilterTerms / 2 }, (_, at) => at) };
    expect(filterSchema.safeParse({ op: 'or', filters: [half, half] }).success).toBe(true);
    expect(filterSchema.safeParse({ op: 'or', filters: [half, half, half] }).success).toBe(false);
  });

  test('refuses anything that is not a filter', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const parsed = filterSchema.safeParse(value);
        expect(parsed.success && !('op' in parsed.data)).toBe(false);
      }),
    );
    expect(filterSchema.safeParse({ op: 'script', source: '1' }).success).toBe(false);
    expect(filterSchema.safeParse({ op: 'eq', field: 'a" OR 1', value: 1 }).success).toBe(false);
  });
});
