import { AppError, type DocumentId, type GoldenQuery, sha256 } from '@winnow/core';
import { goldenLimits } from './golden-limits.ts';

/** A query as it comes from outside. */
export interface GivenQuery {
  readonly queryId: string;
  readonly text: string;
}

/** How relevant a document is to a query, as it comes from outside. */
export interface GivenJudgement {
  readonly queryId: string;
  readonly documentId: string;
  /** Above 0: relevant; below 0 counts as 0. */
  readonly grade: number;
}

export interface BuiltGolden {
  /** In order of query id; each has a relevant document. */
  readonly queries: readonly GoldenQuery[];
  readonly judgements: number;
  /** Queries that were left out, since nothing was judged relevant to them. */
  readonly withoutRelevant: number;
  /** Of all queries and judgements: the same for the same ones in any order. */
  readonly digest: string;
}

/**
 * Brings queries and judgements together. Judgements of queries that are not there are left out; of a document that
 * was judged twice for one query, the last grade counts.
 *
 * @throws AppError `invalid_argument` above {@link goldenLimits}, for two queries of one id, an empty text or id, and
 * where no query is left.
 */
export function buildGolden(given: readonly GivenQuery[], judgements: Iterable<GivenJudgement>): BuiltGolden {
  const grades = new Map<string, Map<DocumentId, number>>();
  for (const { queryId, text } of given) {
    requireQuery(queryId, text);
    if (grades.has(queryId)) throw invalid(`query id ${quoted(queryId)} stands there twice`);
    grades.set(queryId, new Map());
  }
  let count = 0;
  for (const { queryId, documentId, grade } of judgements) {
    const ofQuery = grades.get(queryId);
    if (ofQuery === undefined) continue;
    requireJudgement(documentId, grade);
    if (!ofQuery.has(documentId as DocumentId)) count += 1;
    if (count > goldenLimits.judgements) {
      throw invalid(`more than ${goldenLimits.judgements} judgements, the most that are kept`);
    }
    ofQuery.set(documentId as DocumentId, Math.max(0, grade));
  }
  const all = given.map(({ queryId, text }) => ({ queryId, text, grades: grades.get(queryId) ?? new Map() }));
  const queries = all
    .filter((query) => [...query.grades.values()].some((grade) => grade > 0))
    .map(({ queryId, text, grades: judged }) => ({ queryId, text, judgements: inOrder(judged) }))
    .sort((one, other) => (one.queryId < other.queryId ? -1 : 1));
  if (queries.length === 0) throw invalid('no query has a document that was judged relevant');
  if (queries.length > goldenLimits.queries) {
    throw invalid(`${queries.length} queries; at most ${goldenLimits.queries} are kept`);
  }
  return {
    queries,
    judgements: queries.reduce((sum, query) => sum + Object.keys(query.judgements).length, 0),
    withoutRelevant: given.length - queries.length,
    digest: sha256(JSON.stringify(queries)),
  };
}

function inOrder(grades: ReadonlyMap<DocumentId, number>): GoldenQuery['judgements'] {
  return Object.fromEntries([...grades].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function requireQuery(queryId: string, text: string): void {
  requireId('query', queryId);
  if (text.trim() === '') throw invalid(`query ${quoted(queryId)} has no text`);
  if (text.length > goldenLimits.textLength) {
    throw invalid(
      `query ${quoted(queryId)} has ${text.length} characters; at most ${goldenLimits.textLength}`,
    );
  }
}

function requireJudgement(documentId: string, grade: number): void {
  requireId('document', documentId);
  if (!Number.isInteger(grade) || Math.abs(grade) > goldenLimits.grade) {
    throw invalid(
      `the grade of ${quoted(documentId)} is ${grade}: a whole number of at most ${goldenLimits.grade} is wanted`,
    );
  }
}

function requireId(what: string, id: string): void {
  if (id === '' || id.length > goldenLimits.idLength) {
    throw invalid(`a ${what} id has 1 to ${goldenLimits.idLength} characters, not ${id.length}`);
  }
}

function quoted(id: string): string {
  return JSON.stringify(id.slice(0, 80));
}

function invalid(message: string): AppError {
  return new AppError('invalid_argument', `golden queries: ${message}`);
}
