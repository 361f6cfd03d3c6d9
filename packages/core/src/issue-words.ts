import type { z } from 'zod';
import { shown } from './shown.ts';

/** What is expected, as people call it. */
const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/** Names that one sentence lists; more are counted. */
const maxUnknown = 5;
const maxKnown = 40;

/**
 * What is wrong with a value, said to who wrote it; an error map for `safeParse`. What a schema says of itself comes
 * first, and where this returns nothing the library's own words stand.
 */
export function issueWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return kinds[issue.expected] === undefined ? undefined : `must be ${kinds[issue.expected]}`;
    case 'unrecognized_keys':
      return unknownNames(issue.keys, namesOf(issue.inst));
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : `must be ${either(issue.values.map(String))}`;
    case 'invalid_union':
      if (issue.input === undefined) return 'is missing';
      return Array.isArray(issue.options)
        ? `must be one of ${issue.options.map(String).join(', ')}`
        : branchWords(issue.errors);
    case 'too_small':
      if (issue.minimum === 1 && issue.origin === 'string') return 'must not be empty';
      return `must be ${sizeOf(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `must be ${sizeOf(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      if (issue.format === 'url') return 'must be an address such as https://example.org';
      return issue.pattern === undefined ? `must be ${issue.format}` : `must fit ${issue.pattern}`;
    case 'invalid_key':
      return `as a name ${issue.issues[0]?.message ?? 'it does not do'}`;
    default:
      return undefined;
  }
}

/** `at least 3`, `at most 10 characters long`, `a list of at least 2`. */
function sizeOf(origin: string, bound: string, size: number | bigint): string {
  if (origin === 'string') return `${bound} ${size} characters long`;
  if (origin === 'array' || origin === 'set') return `a list of ${bound} ${size}`;
  return `${bound} ${size}`;
}

function unknownNames(names: readonly string[], known: readonly string[]): string {
  const more = names.length > maxUnknown ? ` and ${names.length - maxUnknown} more` : '';
  const unknown = `nothing here is called ${names.slice(0, maxUnknown).map(shown).join(', ')}${more}`;
  if (known.length === 0) return unknown;
  return `${unknown}; there is ${known.slice(0, maxKnown).join(', ')}${known.length > maxKnown ? ', …' : ''}`;
}

/** The fields that an object may have, where the schema is one of an object. */
function namesOf(schema: z.core.$ZodRawIssue['inst']): readonly string[] {
  const def: object = schema?._zod.def ?? {};
  return 'shape' in def && typeof def.shape === 'object' && def.shape !== null ? Object.keys(def.shape) : [];
}

/** Where any of several will do: the kinds of all, or what is wrong by the one that comes nearest. */
function branchWords(branches: readonly (readonly z.core.$ZodIssue[])[]): string | undefined {
  const wanted = branches.map(([first]) =>
    first?.code === 'invalid_type' && first.path.length === 0 ? kinds[first.expected] : undefined,
  );
  if (wanted.every((kind) => kind !== undefined)) return `must be ${either(wanted)}`;
  const [nearest] = branches
    .filter((_, at) => wanted[at] === undefined)
    .toSorted((one, other) => one.length - other.length);
  const issue = nearest?.[0];
  return issue === undefined ? undefined : [...issue.path.map(String), issue.message].join(' ');
}

function either(names: readonly string[]): string {
  return names.join(', ').replace(/, ([^,]*)$/, ' or $1');
}
