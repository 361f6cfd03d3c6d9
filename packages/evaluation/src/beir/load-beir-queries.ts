import { join } from 'node:path';
import type { DocumentId, Filter, Metadata } from '@winnow/core';
import { z } from 'zod';
import type { BeirQuery, BeirSet, Grades } from './beir-set.ts';
import { malformed, parsedLine } from './parsed-line.ts';
import { readBeirFile } from './read-beir-file.ts';
import type { Line } from './read-lines.ts';

export const metadataSchema = z
  .record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.array(z.number())]),
  )
  .default({});
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
 * Reads the queries of a judged collection and what was judged: `queries.jsonl`, `qrels/<name>.tsv` (a header, then
 * query id, document id and grade, tab-separated). Queries without a relevant document are left out.
 *
 * @throws AppError `not_found` if a file is missing; `invalid_argument` with file and line if one is malformed.
 */
export async function loadBeirQueries(
  directory: string,
  { qrels = 'test', pool, signal }: LoadBeirOptions,
): Promise<Pick<BeirSet, 'queries' | 'judgments'>> {
  const judgments = judgmentsOf(await readBeirFile(directory, join('qrels', `${qrels}.tsv`), signal));
  const queries = (await readBeirFile(directory, 'queries.jsonl', signal)).map((line) => queryOf(line, pool));
  return { queries: queries.filter(({ queryId }) => hasRelevant(judgments.get(queryId))), judgments };
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

function queryOf(line: Line, pool: string | undefined): BeirQuery {
  const { _id, text, metadata } = parsedLine(querySchema, line);
  return { queryId: _id, text, filter: filterOf(metadata, pool) };
}

function filterOf(metadata: Metadata, field: string | undefined): Filter | null {
  const value = field === undefined ? undefined : metadata[field];
  if (field === undefined || value === undefined) return null;
  return typeof value === 'object' ? { op: 'in', field, values: value } : { op: 'eq', field, value };
}

function hasRelevant(grades: Grades | undefined): boolean {
  return grades !== undefined && [...grades.values()].some((grade) => grade > 0);
}
