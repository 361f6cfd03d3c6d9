import { AppError, shortHash } from '@winnow/core';
import { parse } from 'csv-parse/sync';
import { malformed } from '../beir/parsed-line.ts';
import { readText } from '../beir/read-lines.ts';
import { type BuiltGolden, buildGolden, type GivenJudgement } from './build-golden.ts';

/** Names that a column may have, in lower case. */
const columns: Readonly<Record<'query' | 'documentId' | 'grade', readonly string[]>> = {
  query: ['query', 'text'],
  documentId: ['documentid', 'document_id', 'document', 'docid'],
  grade: ['grade', 'score', 'relevance'],
};

/**
 * A header, then a line for each judgement: the query's text, the document's id and, if there is such a column, its
 * grade (else 1). Lines of the same text are one query.
 *
 * @throws AppError `not_found`; `invalid_argument` with file and line.
 */
export async function readGoldenCsv(path: string, signal?: AbortSignal): Promise<BuiltGolden> {
  const rows = rowsOf(path, await readText(path, signal));
  const queries = new Map<string, string>();
  const judgements: GivenJudgement[] = [];
  for (const { query, documentId, grade, where } of rows) {
    if (query === '' || documentId === '') throw malformed(where, 'a query and a document id are wanted');
    if (!/^-?\d+$/.test(grade))
      throw malformed(where, `the grade ${JSON.stringify(grade)} is no whole number`);
    const queryId = shortHash(query);
    queries.set(queryId, query);
    judgements.push({ queryId, documentId, grade: Number(grade) });
  }
  return buildGolden(
    [...queries].map(([queryId, text]) => ({ queryId, text })),
    judgements,
  );
}

interface Row {
  readonly query: string;
  readonly documentId: string;
  readonly grade: string;
  readonly where: string;
}

function rowsOf(path: string, content: string): readonly Row[] {
  try {
    return parse<Row, Readonly<Partial<Record<keyof typeof columns, string>>>>(content, {
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
      columns: (names: readonly string[]) => columnsOf(path, names),
      on_record: ({ query = '', documentId = '', grade = '1' }, { lines }) => ({
        query: query.trim(),
        documentId: documentId.trim(),
        grade: grade.trim(),
        where: `${path}:${lines}`,
      }),
    });
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw malformed(path, thrown instanceof Error ? thrown.message : 'no CSV', thrown);
  }
}

/** What each column is to us; null for one that is nothing. */
function columnsOf(path: string, names: readonly string[]): (string | null)[] {
  const found = names.map((name) => {
    const wanted = name.trim().toLowerCase();
    return Object.entries(columns).find(([, aliases]) => aliases.includes(wanted))?.[0] ?? null;
  });
  if (found.includes('query') && found.includes('documentId')) return found;
  throw malformed(`${path}:1`, 'the header names no columns query and documentId');
}
