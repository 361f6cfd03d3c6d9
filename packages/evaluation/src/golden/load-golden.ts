import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { AppError } from '@winnow/core';
import { loadBeirQueries } from '../beir/load-beir-queries.ts';
import { type BuiltGolden, buildGolden } from './build-golden.ts';
import { readGoldenCsv } from './golden-csv.ts';
import { readTrecQrels, readTrecTopics } from './trec.ts';

export interface LoadGoldenOptions {
  /**
   * Which judgements of a folder that has several: in BEIR's layout a file in `qrels` without `.tsv`, `test` by
   * default; in TREC's a file beside the topics.
   */
  readonly qrels?: string;
  readonly signal?: AbortSignal;
}

/**
 * Reads golden queries: a folder in BEIR's layout (`queries.jsonl`, `qrels/NAME.tsv`), a folder with TREC topics and
 * qrels (`topics…`, `qrels…`), or a CSV file with the columns `query`, `documentId` and, where not all are relevant
 * alike, `grade`.
 *
 * @throws AppError `not_found`; `invalid_argument` with file and line for what is malformed, and above the limits.
 */
export async function loadGolden(path: string, options: LoadGoldenOptions = {}): Promise<BuiltGolden> {
  const { isDirectory } = await kindOf(path);
  if (!isDirectory) {
    if (extname(path).toLowerCase() === '.csv') return await readGoldenCsv(path, options.signal);
    throw new AppError('invalid_argument', `${path} is no folder and no .csv file: ${expected}`);
  }
  const names = await readdir(path);
  if (names.includes('queries.jsonl')) return await fromBeir(path, options);
  const topics = names.filter((name) => name.startsWith('topics')).sort();
  const qrels = names.filter((name) => name.startsWith('qrels')).sort();
  if (topics[0] === undefined || (qrels[0] === undefined && options.qrels === undefined)) {
    throw new AppError('invalid_argument', `${path} holds no golden queries: ${expected}`);
  }
  const chosen = options.qrels ?? onlyOne(path, qrels);
  return buildGolden(
    await readTrecTopics(join(path, onlyOne(path, topics)), options.signal),
    await readTrecQrels(join(path, chosen), options.signal),
  );
}

const expected =
  'wanted is a folder with queries.jsonl and qrels/NAME.tsv, a folder with topics and qrels of TREC, or a CSV file ' +
  'with the columns query, documentId and grade';

async function kindOf(path: string): Promise<{ readonly isDirectory: boolean }> {
  try {
    return { isDirectory: (await stat(path)).isDirectory() };
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.code !== 'not_found') throw error;
    throw new AppError('not_found', `there is nothing at ${path}: ${expected}`, { cause: thrown });
  }
}

async function fromBeir(path: string, { qrels, signal }: LoadGoldenOptions): Promise<BuiltGolden> {
  const { queries, judgments } = await loadBeirQueries(path, {
    ...(qrels !== undefined && { qrels }),
    ...(signal !== undefined && { signal }),
  });
  const judgements = [...judgments].flatMap(([queryId, grades]) =>
    [...grades].map(([documentId, grade]) => ({ queryId, documentId, grade })),
  );
  return buildGolden(queries, judgements);
}

function onlyOne(path: string, names: readonly string[]): string {
  const [name, ...others] = names;
  if (name !== undefined && others.length === 0) return name;
  throw new AppError(
    'invalid_argument',
    `${path} holds ${names.slice(0, 5).join(', ')}: say which judgements by --qrels NAME, and keep one file of topics there`,
  );
}
