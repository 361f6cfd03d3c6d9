import { AppError, issueWords, parseJson, problemsOf } from '@winnow/core';
import type { z } from 'zod';
import type { Line } from './read-lines.ts';

/** @throws AppError `invalid_argument` with file and line for what is no JSON, or other than it should be. */
export function parsedLine<Output>(schema: z.ZodType<Output>, { text, where }: Line): Output {
  const given = parseJson(text);
  if (given === undefined) throw malformed(where, 'not JSON');
  const parsed = schema.safeParse(given, { error: issueWords });
  if (parsed.success) return parsed.data;
  throw malformed(where, problemsOf(parsed.error, given, 'the line'), parsed.error);
}

/** What is wrong with a line, with its file and number. */
export function malformed(where: string, reason: string, cause?: unknown): AppError {
  return new AppError('invalid_argument', `${where}: ${reason}`, { cause });
}
