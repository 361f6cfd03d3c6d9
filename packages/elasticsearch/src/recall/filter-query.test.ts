import { type Filter, type Metadata, matchesFilter } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metadataTerms } from '../chunks/metadata-terms.ts';
import type { Query } from '../connection/query.ts';
import { filterQuery } from './filter-query.ts';

/** What the server does with the few kinds of query that filters compile to. */
function matches(query: Query, terms: readonly string[]): boolean {
  const {
    bool,
    term,
    terms: any,
    range,
    match_none: none,
  } = query as Record<string, Record<string, unknown>>;
  if (none !== undefined) return false;
  if (term !== undefined) return terms.includes(term.filter_terms as string);
  if (any !== undefined) return (any.filter_terms as string[]).some((wanted) => terms.includes(wanted));
  if (range !== undefined)
    return terms.some((value) => within(value, range.filter_terms as Record<string, string>));
  const { filter = [], should = [], must_not: not = [] } = bool as Record<string, Query[]>;
  return (
    filter.every((part) => matches(part, terms)) &&
    (should.length === 0 || should.some((part) => matches(part, terms))) &&
    !not.some((part) => matches(part, terms))
  );
}

function within(value: string, { gt, gte, lt, lte }: Record<string, string>): boolean {
  return (
    (gt === undefined || value > gt) &&
    (gte === undefined || value >= gte) &&
    (lt === undefined || value < lt) &&
    (lte === undefined || value <= lte)
  );
}

const field = fc.constantFrom('a', 'b', 'a.b');
const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true }),
  fc.constantFrom(-0, 0.5),
);
const scalar = fc.oneof(fc.constantFrom('1', 'true', '', '文', 'x'.repeat(2_000)), number, fc.boolean());
const value = fc.oneof(scalar, fc.array(fc.constantFrom('1', 'x', '')), fc.array(number));
const metadata: fc.Arbitrary<Metadata> = fc.dictionary(field, value);
const limit = fc.option(number, { nil: undefined });
const filter = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4 },
    fc.record({ op: fc.constant('eq' as const), field, value: scalar }),
    fc.record({ op: fc.constant('in' as const), field, values: fc.array(scalar, { maxLength: 4 }) }),
    fc.record({ op: fc.constant('range' as const), field, gt: limit, gte: limit, lt: limit, lte: limit }),
    fc.record({ op: fc.constant('exists' as const), field }),
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const),
      filters: fc.array(tie('filter'), { maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('not' as const), filter: tie('filter') }),
  ),
})).filter;

describe('filterQuery', () => {
  test('matches exactly what the filter means', () => {
    fc.assert(
      fc.property(filter, metadata, (given, document) => {
        expect(matches(filterQuery(given), metadataTerms(document))).toBe(matchesFilter(given, document));
      }),
      { numRuns: 2_000 },
    );
  });

  test('a range wants one value within all its limits, not one for each', () => {
    const between: Filter = { op: 'range', field: 'a', gt: 2, lt: 4 };
    expect(matches(filterQuery(between), metadataTerms({ a: [1, 5] }))).toBe(false);
    expect(matches(filterQuery(between), metadataTerms({ a: [1, 3, 5] }))).toBe(true);
  });
});
