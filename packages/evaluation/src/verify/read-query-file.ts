import { resolve } from 'node:path';
import { AppError } from '@winnow/core';
import { z } from 'zod';
import { parsedLine } from '../beir/parsed-line.ts';
import { readLines } from '../beir/read-lines.ts';
import { goldenLimits } from '../golden/golden-limits.ts';

const lineSchema = z.object({ text: z.string().trim().min(1).max(goldenLimits.textLength) });

/**
 * Queries to compare generations by: one a line; in a file that ends in `.jsonl`, a JSON object with `text` a line.
 *
 * @returns distinct, in order.
 * @throws AppError `not_found`; `invalid_argument` with file and line, and for a file without any.
 */
export async function readQueryFile(path: string, signal?: AbortSignal): Promise<readonly string[]> {
  const lines = await readLines(resolve(path), signal);
  const isJson = /\.jsonl(?:\.gz)?$/i.test(path);
  const texts = lines.map((line) =>
    isJson
      ? parsedLine(lineSchema, line).text
      : parsedLine(lineSchema, { ...line, text: JSON.stringify({ text: line.text }) }).text,
  );
  if (texts.length === 0) throw new AppError('invalid_argument', `${path} holds no queries`);
  return [...new Set(texts)];
}
