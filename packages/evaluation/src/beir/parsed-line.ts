import { AppError } from '@winnow/core';
import { z } from 'zod';
import type { Line } from './read-lines.ts';

/** @throws AppError `invalid_argument` with file and line for what is no JSON, or other than it should be. */
export function parsedLine<Output>(schema: z.ZodType<Output>, { text, where }: Line): Output {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : 'not JSON';
    throw malformed(where, reason, cause);
  }
}

/** What is wrong with a line, with its file and number. */
export function malformed(where: string, reason: string, cause?: unknown): AppError {
  return new AppError('invalid_argument', `${where}: ${reason}`, { cause });
}
