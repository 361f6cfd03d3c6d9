import { join } from 'node:path';
import { AppError } from '@winnow/core';
import { type Line, readLines } from './read-lines.ts';

/**
 * The lines of one file of a judged collection.
 * @throws AppError as {@link readLines}; where the file is missing, it says what a collection is made of.
 */
export async function readBeirFile(
  directory: string,
  name: string,
  signal?: AbortSignal,
): Promise<readonly Line[]> {
  try {
    return await readLines(join(directory, name), signal);
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.code !== 'not_found') throw error;
    throw new AppError('not_found', `${error.message}: ${wanted}`, { cause: thrown });
  }
}

const wanted =
  'wanted is a folder with queries.jsonl and qrels/NAME.tsv, where --qrels says which NAME, and for what searches its own documents corpus.jsonl (or corpus.jsonl.gz)';
