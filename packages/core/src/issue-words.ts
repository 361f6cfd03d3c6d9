import type { z } from 'zod';

/** What is expected, as people call it. */
const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

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
      return `nothing here is called ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
    case 'invalid_value':
      return `must be ${issue.values
        .map(String)
        .join(', ')
        .replace(/, ([^,]*)$/, ' or $1')}`;
    case 'too_small':
      if (issue.minimum === 1 && issue.origin === 'string') return 'must not be empty';
      return `must be ${sizeOf(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `must be ${sizeOf(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
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
