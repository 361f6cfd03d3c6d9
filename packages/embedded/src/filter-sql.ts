import { type Filter, type Metadata, sha256 } from '@winnow/core';

/** A value of metadata as its table holds it: a number as itself, else a text that tells its type. */
export type StoredValue = string | number;

/** Longer texts are kept by their hash, which is all that comparing for equality needs. */
const maxTextLength = 1_024;

/**
 * Numbers are stored as numbers and everything else as tagged text, so that no value equals one of
 * another type.
 */
export function storedValueOf(value: string | number | boolean): StoredValue {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 'b1' : 'b0';
  return value.length > maxTextLength ? `h${sha256(value)}` : `s${value}`;
}

/** Rows for a document's metadata. NaN equals nothing in SQL and is left out. */
export function storedValuesOf(metadata: Metadata): readonly { field: string; value: StoredValue }[] {
  return Object.entries(metadata).flatMap(([field, value]) => {
    const values: readonly (string | number | boolean)[] = Array.isArray(value) ? value : [value];
    return values.filter((one) => !Number.isNaN(one)).map((one) => ({ field, value: storedValueOf(one) }));
  });
}

/** A condition with the values that belong to its `?`, in order. */
export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly StoredValue[];
}

/**
 * Compiles a filter to a condition on a document's row id. Fields and values are always bound, never part
 * of the text.
 *
 * @param column SQL for the row id, `metadata` the name of the generation's metadata table.
 */
export function compileFilter(
  filter: Filter,
  names: { readonly column: string; readonly metadata: string },
): SqlCondition {
  const where = (condition: string, ...values: StoredValue[]): SqlCondition => ({
    sql: `${names.column} IN (SELECT document FROM ${names.metadata} WHERE ${condition})`,
    values,
  });
  switch (filter.op) {
    case 'eq':
      return where('field = ? AND value = ?', filter.field, storedValueOf(filter.value));
    case 'in':
      return where(
        `field = ? AND value IN (${filter.values.map(() => '?').join(', ')})`,
        filter.field,
        ...filter.values.map(storedValueOf),
      );
    case 'exists':
      return where('field = ?', filter.field);
    case 'range': {
      const bounds = (
        [
          ['>', filter.gt],
          ['>=', filter.gte],
          ['<', filter.lt],
          ['<=', filter.lte],
        ] as const
      ).flatMap(([operator, bound]) => (bound === undefined ? [] : [{ operator, bound }]));
      return where(
        // In SQLite every number is below every text.
        ["field = ? AND value < ''", ...bounds.map(({ operator }) => `value ${operator} ?`)].join(' AND '),
        filter.field,
        ...bounds.map(({ bound }) => bound),
      );
    }
    case 'not': {
      const { sql, values } = compileFilter(filter.filter, names);
      return { sql: `NOT (${sql})`, values };
    }
    case 'and':
    case 'or': {
      const parts = filter.filters.map((part) => compileFilter(part, names));
      return {
        sql: `(${parts.map((part) => part.sql).join(filter.op === 'and' ? ' AND ' : ' OR ')})`,
        values: parts.flatMap((part) => part.values),
      };
    }
  }
}
