import { z } from 'zod';
import type { Metadata, MetadataValue } from './document.ts';
import { timeOf } from './time-value.ts';

const field = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'a field is a letter or _, then up to 63 of A-Z a-z 0-9 _ . -');
/** A number; or a moment of ISO 8601, which is its milliseconds since 1970, as the metadata `time` has them. */
const bound = z.union([
  z.number(),
  z
    .string()
    .max(40)
    .transform((iso, context) => {
      const time = timeOf(iso);
      if (time !== null) return time;
      context.addIssue({
        code: 'custom',
        message: 'is neither a number nor a time such as 2026-11-23T08:00:00Z',
      });
      return z.NEVER;
    }),
]);
const scalar = z.union([z.string().max(1_024), z.number(), z.boolean()]);

/** Deeper trees are refused: a limit on what one query may cost. */
export const maxFilterDepth = 8;
/** Conditions and listed values a filter may hold in all. */
export const maxFilterTerms = 256;

/**
 * A condition on document metadata, as data: each index compiles it, and nothing is ever pasted into a
 * query language. A list-valued field matches where any of its values does. An absent field matches
 * nothing but `not`.
 */
export type Filter =
  | { readonly op: 'eq'; readonly field: string; readonly value: string | number | boolean }
  | { readonly op: 'in'; readonly field: string; readonly values: readonly (string | number | boolean)[] }
  | {
      readonly op: 'range';
      readonly field: string;
      readonly gt?: number | undefined;
      readonly gte?: number | undefined;
      readonly lt?: number | undefined;
      readonly lte?: number | undefined;
    }
  | { readonly op: 'exists'; readonly field: string }
  | { readonly op: 'and'; readonly filters: readonly Filter[] }
  | { readonly op: 'or'; readonly filters: readonly Filter[] }
  | { readonly op: 'not'; readonly filter: Filter };

const node: z.ZodType<Filter> = z.lazy(() =>
  z.discriminatedUnion('op', [
    z.strictObject({ op: z.literal('eq'), field, value: scalar }),
    z.strictObject({ op: z.literal('in'), field, values: z.array(scalar).min(1).max(maxFilterTerms) }),
    z
      .strictObject({
        op: z.literal('range'),
        field,
        gt: bound.optional(),
        gte: bound.optional(),
        lt: bound.optional(),
        lte: bound.optional(),
      })
      .refine(({ gt, gte, lt, lte }) => [gt, gte, lt, lte].some((one) => one !== undefined), {
        message: 'a range needs a bound: gt, gte, lt or lte; exists asks for any value',
      }),
    z.strictObject({ op: z.literal('exists'), field }),
    z.strictObject({ op: z.literal('and'), filters: z.array(node).min(1).max(maxFilterTerms) }),
    z.strictObject({ op: z.literal('or'), filters: z.array(node).min(1).max(maxFilterTerms) }),
    z.strictObject({ op: z.literal('not'), filter: node }),
  ]),
);

/**
 * Parses a filter from outside; refuses unknown operators, deep trees and long lists. What is refused for its size is
 * not looked at any further.
 */
export const filterSchema: z.ZodType<Filter> = z
  .unknown()
  .superRefine((value, context) => {
    const problem = sizeProblem(value);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  })
  .pipe(node);

/** The meaning of a filter, in memory: what every index must agree with. */
export function matchesFilter(filter: Filter, metadata: Metadata): boolean {
  switch (filter.op) {
    case 'and':
      return filter.filters.every((part) => matchesFilter(part, metadata));
    case 'or':
      return filter.filters.some((part) => matchesFilter(part, metadata));
    case 'not':
      return !matchesFilter(filter.filter, metadata);
    case 'exists':
      return valuesOf(metadata[filter.field]).length > 0;
    case 'eq':
      return valuesOf(metadata[filter.field]).includes(filter.value);
    case 'in':
      return valuesOf(metadata[filter.field]).some((value) => filter.values.includes(value));
    case 'range':
      return valuesOf(metadata[filter.field]).some(
        (value) =>
          typeof value === 'number' &&
          (filter.gt === undefined || value > filter.gt) &&
          (filter.gte === undefined || value >= filter.gte) &&
          (filter.lt === undefined || value < filter.lt) &&
          (filter.lte === undefined || value <= filter.lte),
      );
  }
}

function valuesOf(value: MetadataValue | undefined): readonly (string | number | boolean)[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as string | number | boolean];
}

/**
 * What is too much about a filter, whatever else may be wrong with it; null: nothing. Without recursion, and each
 * value is looked at once.
 */
function sizeProblem(value: unknown): string | null {
  let terms = 0;
  const open: { readonly value: unknown; readonly level: number }[] = [{ value, level: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.level > maxFilterDepth) return `a filter may be ${maxFilterDepth} levels deep`;
    const { parts, listed } = partsOf(next.value);
    terms += listed;
    if (terms > maxFilterTerms || parts.length > maxFilterTerms) {
      return `a filter may hold ${maxFilterTerms} conditions and listed values in all`;
    }
    for (const part of parts) open.push({ value: part, level: next.level + 1 });
  }
  return null;
}

/** The filters in a filter as it came from outside, and how many terms it has of its own. */
function partsOf(value: unknown): { readonly parts: readonly unknown[]; readonly listed: number } {
  if (typeof value !== 'object' || value === null) return { parts: [], listed: 1 };
  if ('filters' in value && Array.isArray(value.filters)) return { parts: value.filters, listed: 0 };
  if ('filter' in value) return { parts: [value.filter], listed: 0 };
  return { parts: [], listed: 'values' in value && Array.isArray(value.values) ? value.values.length : 1 };
}
