import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFilter, storedValueOf, storedValuesOf } from './filter-sql.ts';

const names = { column: 'id', metadata: 'metadata_1' };

describe('compileFilter', () => {
  test('puts neither fields nor values into the SQL', () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.string(), fc.double(), fc.boolean()), (field, value) => {
        const reference = compileFilter({ op: 'eq', field: 'x', value: 'y' }, names).sql;
        expect(compileFilter({ op: 'eq', field, value }, names)).toEqual({
          sql: reference,
          values: [field, storedValueOf(value)],
        });
      }),
    );
  });

  test('binds as many values as it has marks', () => {
    const { sql, values } = compileFilter(
      {
        op: 'and',
        filters: [
          { op: 'in', field: 'a', values: ['x', 1, true] },
          { op: 'not', filter: { op: 'or', filters: [{ op: 'range', field: 'b', gte: 1, lt: 2 }] } },
          { op: 'exists', field: 'c' },
        ],
      },
      names,
    );
    expect(values).toEqual(['a', 'sx', 1, 'b1', 'b', 1, 2, 'c']);
    expect(sql.split('?')).toHaveLength(values.length + 1);
  });
});

describe('storedValueOf', () => {
  test('equal results mean equal values of one type', () => {
    const scalar = fc.oneof(
      fc.string(),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.constantFrom('b1', 'b0', 's', '1', 1, true, 'true', 'x'.repeat(2_000), `${'x'.repeat(1_999)}y`),
    );
    fc.assert(
      fc.property(scalar, scalar, (left, right) => {
        expect(storedValueOf(left) === storedValueOf(right)).toBe(left === right);
      }),
    );
  });

  test('a list becomes a row per value, and NaN none', () => {
    expect(storedValuesOf({ tags: ['a', 'b'], year: 2024, none: [], odd: Number.NaN })).toEqual([
      { field: 'tags', value: 'sa' },
      { field: 'tags', value: 'sb' },
      { field: 'year', value: 2024 },
    ]);
  });
});
