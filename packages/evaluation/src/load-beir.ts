import { access } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AppError, type DocumentId, type Filter, type Metadata } from '@winnow/core';
import { z } from 'zod';
import type { BeirDocument, BeirQuery, BeirSet, Grades } from './beir-set.ts';
import { type Line, readLines } from './read-lines.ts';

const metadataSchema = z
  .record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.array(z.number())]),
  )
  .default({});
const documentSchema = z.object({
  _id: z.string().min(1).max(1_024),
  title: z.string().default(''),
  text: z.string(),
  metadata: metadataSchema,
});
const querySchema = z.object({ _id: z.string().min(1), text: z.string().min(1), metadata: metadataSchema });

export interface LoadBeirOptions {
  /** Which judgments: the name of a file in `qrels`, without `.tsv`; `test` by default. */
  readonly qrels?: string;
  /**
   * A field of metadata that queries and documents share, such as a product: each query gets the filter that
   * the field equals its own value.
   */
  readonly pool?: string;
  readonly signal?: AbortSignal;
}

/**
 * Reads a judged collection: `corpus.jsonl` or `corpus.jsonl.gz`, `queries.jsonl`, `qrels/<name>.tsv` (a header,
 * then query id, document id and grade, tab-separated). Queries without a relevant document are left out.
 *
 * @param directory its name becomes the collection's.
 * @throws AppError `not_found` if a file is missing; `invalid_argument` with file and line if one is malformed.
 * @see https://github.com/beir-cellar/beir/wiki/Load-your-custom-dataset
 */
export async function loadBeir(directory: string, options: LoadBeirOptions = {}): Promise<BeirSet> {
  const { qrels = 'test', pool, signal } = options;
  const judgments = judgmentsOf(await readLines(join(directory, 'qrels', `${qrels}.tsv`), signal));
  const documents = (await readLines(await corpusFile(directory), signal)).map(documentOf);
  const queries = (await readLines(join(directory, 'queries.jsonl'), signal)).map((line) =>
    queryOf(line, pool),
  );
  return {
    name: basename(resolve(directory)),
    documents,
    queries: queries.filter(({ queryId }) => hasRelevant(judgments.get(queryId))),
    judgments,
  };
}

async function corpusFile(directory: string): Promise<string> {
  const plain = join(directory, 'corpus.jsonl');
  try {
    await access(plain);
    return plain;
  } catch {
    return `${plain}.gz`;
  }
}

function judgmentsOf(lines: readonly Line[]): ReadonlyMap<string, Grades> {
  const judgments = new Map<string, Map<DocumentId, number>>();
  for (const { text, where } of lines.slice(1)) {
    const [queryId = '', documentId = '', grade = ''] = text.split('\t');
    if (queryId === '' || documentId === '' || !/^-?\d+$/.test(grade)) {
      throw malformed(where, 'expected query id, document id and a whole number, tab-separated');
    }
    const grades = judgments.get(queryId) ?? new Map<DocumentId, number>();
    judgments.set(queryId, grades.set(documentId as DocumentId, Math.max(0, Number(grade))));
  }
  return judgments;
}

function documentOf(line: Line): BeirDocument {
  const { _id, title, text, metadata } = parsed(documentSchema, line);
  return { documentId: _id as DocumentId, title, text, metadata };
}

function queryOf(line: Line, pool: string | undefined): BeirQuery {
  const { _id, text, metadata } = parsed(querySchema, line);
  return { queryId: _id, text, filter: filterOf(metadata, pool) };
}

function filterOf(metadata: Metadata, field: string | undefined): Filter | null {
  const value = field === undefined ? undefined : metadata[field];
  if (field === undefined || value === undefined) return null;
  return typeof value === 'object' ? { op: 'in', field, values: value } : { op: 'eq', field, value };
}

function parsed<Output>(schema: z.ZodType<Output>, { text, where }: Line): Output {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : 'not JSON';
    throw malformed(where, reason, cause);
  }
}

function hasRelevant(grades: Grades | undefined): boolean {
  return grades !== undefined && [...grades.values()].some((grade) => grade > 0);
}

function malformed(where: string, reason: string, cause?: unknown): AppError {
  return new AppError('invalid_argument', `${where}: ${reason}`, { cause });
}
