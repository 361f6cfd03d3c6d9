import { parseJson } from '@winnow/core';
import type { z } from 'zod';
import { brokenAnswer } from './connection-error.ts';

/**
 * Reads an answer by a schema that has only what we need of it.
 * @param what was asked for: `embeddings of embed-v4.0`.
 * @throws AppError `unavailable` if it is not JSON, or of another form.
 */
export function readAnswer<Schema extends z.ZodType>(
  text: string,
  what: string,
  schema: Schema,
): z.output<Schema> {
  const body = parseJson(text);
  if (body === undefined) throw brokenAnswer(what, 'is not JSON');
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw brokenAnswer(what, 'is not in the form of the API');
  return parsed.data;
}
