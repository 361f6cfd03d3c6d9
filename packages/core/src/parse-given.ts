import type { z } from 'zod';
import { AppError } from './errors.ts';
import { issueWords } from './issue-words.ts';
import { shown } from './shown.ts';
import { visibleName } from './visible.ts';

/** What is wrong beyond these is not listed. */
const maxProblems = 10;
const maxPathLength = 200;

/**
 * Parses what somebody wrote: a request, a file, a record.
 * @param whole how it is called where it is wrong as a whole: `body`.
 * @throws AppError `invalid_argument` as {@link problemsOf} words it.
 */
export function parseGiven<Output>(schema: z.ZodType<Output>, given: unknown, whole: string): Output {
  const parsed = schema.safeParse(given, { error: issueWords });
  if (parsed.success) return parsed.data;
  throw new AppError('invalid_argument', problemsOf(parsed.error, given, whole), { cause: parsed.error });
}

/**
 * What is wrong with what was given, field by field: `k: must be at most 500 (given: 5000); corpus: is missing`.
 * @param error of a `safeParse` with {@link issueWords}.
 */
export function problemsOf(error: z.ZodError, given: unknown, whole: string): string {
  const { issues } = error;
  const problems = issues.slice(0, maxProblems).map((issue) => problemOf(issue, given, whole));
  const more = issues.length - problems.length;
  return [...problems, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function problemOf(issue: z.core.$ZodIssue, given: unknown, whole: string): string {
  const value = valueAt(given, issue.path);
  const field = visibleName(issue.path.map(String).join('.').slice(0, maxPathLength)) || whole;
  // A number that is made of nothing is no number, to the schema.
  if (value === undefined && issue.code === 'invalid_type') return `${field}: is missing`;
  return `${field}: ${issue.message}${givenPart(issue, value)}`;
}

/** Of what is too long or too short, its length; of what has a wrong name or part, nothing: that is named already. */
function givenPart(issue: z.core.$ZodIssue, value: unknown): string {
  const { code } = issue;
  if (value === undefined || code === 'unrecognized_keys' || code === 'invalid_key') return '';
  const isSize = code === 'too_big' || code === 'too_small';
  // What must not be empty is, but for spaces.
  if (code === 'too_small' && typeof value === 'string' && issue.minimum === 1) return '';
  // A number may be read from a text, such as one of an address.
  if (isSize && typeof value === 'string' && issue.origin === 'string') return ` (given: ${value.length})`;
  if (isSize && Array.isArray(value)) return ` (given: ${value.length})`;
  if (code === 'custom' && typeof value === 'object') return '';
  return ` (given: ${shown(value)})`;
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    given,
  );
}
