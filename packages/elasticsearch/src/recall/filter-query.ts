import type { estypes } from '@elastic/elasticsearch';
import { assertNever, type Filter } from '@winnow/core';
import { fieldTerm, numberTerm, numberTermBounds, valueTerm } from '../chunks/metadata-terms.ts';
import type { Query } from '../connection/query.ts';

/** The chunk field that holds {@link import('../chunks/metadata-terms.ts').metadataTerms}. */
const field = 'filter_terms';

/** Compiles a filter to a query that matches the same documents as core's `matchesFilter`. */
export function filterQuery(filter: Filter): Query {
  switch (filter.op) {
    case 'eq':
      return { term: { [field]: valueTerm(filter.field, filter.value) } };
    case 'in':
      return { terms: { [field]: filter.values.map((value) => valueTerm(filter.field, value)) } };
    case 'exists':
      return { term: { [field]: fieldTerm(filter.field) } };
    case 'range':
      return rangeQuery(filter);
    case 'and':
      return { bool: { filter: filter.filters.map(filterQuery) } };
    case 'or':
      if (filter.filters.length === 0) return { match_none: {} };
      return { bool: { should: filter.filters.map(filterQuery), minimum_should_match: 1 } };
    case 'not':
      return { bool: { must_not: [filterQuery(filter.filter)] } };
    default:
      return assertNever(filter);
  }
}

/** One range over the terms of the field's numbers: the same value must be within every limit. */
function rangeQuery(filter: Extract<Filter, { op: 'range' }>): Query {
  const { gt, gte, lt, lte } = filter;
  if ([gt, gte, lt, lte].some((limit) => Number.isNaN(limit))) return { match_none: {} };
  const bounds = numberTermBounds(filter.field);
  const limit: estypes.QueryDslTermRangeQuery = { gt: bounds.low, lt: bounds.high };
  if (gt !== undefined && gt >= (gte ?? gt)) limit.gt = numberTerm(filter.field, gt);
  else if (gte !== undefined) limit.gte = numberTerm(filter.field, gte);
  if (lt !== undefined && lt <= (lte ?? lt)) limit.lt = numberTerm(filter.field, lt);
  else if (lte !== undefined) limit.lte = numberTerm(filter.field, lte);
  if (limit.gte !== undefined) delete limit.gt;
  if (limit.lte !== undefined) delete limit.lt;
  return { range: { [field]: limit } };
}
