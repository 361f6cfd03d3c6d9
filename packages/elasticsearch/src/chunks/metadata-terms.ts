import { type Metadata, sha256 } from '@winnow/core';

/** Terms longer than this are hashed: Lucene takes 32,766 bytes, and long values are only ever compared. */
const maxTermLength = 1_000;

/**
 * What filters match against, as exact terms in one keyword field: mappings cannot grow with the metadata,
 * and JSON tells `"1"`, `1` and `true` apart.
 *
 * - `["year",2020]` for each value
 * - `["year"]` where there is a value
 * - `["year"]<` and the number's {@link sortableNumber} for ranges
 */
export function metadataTerms(metadata: Metadata): string[] {
  const terms = new Set<string>();
  for (const [field, value] of Object.entries(metadata)) {
    const values: readonly (string | number | boolean)[] = Array.isArray(value) ? value : [value];
    if (values.length > 0) terms.add(fieldTerm(field));
    for (const one of values) {
      terms.add(valueTerm(field, one));
      if (typeof one === 'number' && !Number.isNaN(one)) terms.add(numberTerm(field, one));
    }
  }
  return [...terms];
}

/** The term of a field that has a value. */
export function fieldTerm(field: string): string {
  return bounded(JSON.stringify([field]));
}

/** The term of a field with that very value. */
export function valueTerm(field: string, value: string | number | boolean): string {
  return bounded(JSON.stringify([field, value]));
}

/** The term of a field with that number; terms of one field sort as their numbers do. */
export function numberTerm(field: string, value: number): string {
  return `${rangePrefix(field)}${sortableNumber(value)}`;
}

/** The terms below and above every {@link numberTerm} of a field. */
export function numberTermBounds(field: string): { readonly low: string; readonly high: string } {
  return { low: rangePrefix(field), high: `${rangePrefix(field)}g` };
}

/**
 * 16 hexadecimal digits that sort as the numbers do: the bits of the double, with the sign bit flipped for
 * positive numbers and all bits flipped for negative ones. `-0` is `0`.
 */
export function sortableNumber(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value + 0);
  const bits = view.getBigUint64(0);
  const sign = 1n << 63n;
  const sortable = bits & sign ? BigInt.asUintN(64, ~bits) : bits | sign;
  return sortable.toString(16).padStart(16, '0');
}

function rangePrefix(field: string): string {
  return `${fieldTerm(field)}<`;
}

function bounded(term: string): string {
  return term.length <= maxTermLength ? term : `#${sha256(term)}`;
}
