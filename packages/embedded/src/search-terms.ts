import type { AllowedDocuments } from './allowed-documents.ts';
import type { Reads } from './database.ts';
import type { Generation } from './generations.ts';
import type { RowHit } from './ties.ts';

export interface Condition {
  readonly sql: string;
  readonly value: string | number;
}

/** `+rowid` keeps SQLite from asking the full-text index once for every row id. */
export function allowedCondition(
  { tables }: Generation,
  allowed: AllowedDocuments | null,
): readonly Condition[] {
  if (allowed === null) return [];
  const documents = `SELECT id FROM ${tables.chunk} WHERE document IN (SELECT value FROM json_each(?))`;
  return [{ sql: `+rowid IN (${documents})`, value: allowed.json }];
}

/** Chunks among these row ids. */
export function candidateCondition(chunks: readonly number[]): Condition {
  return { sql: '+rowid IN (SELECT value FROM json_each(?))', value: JSON.stringify(chunks) };
}

/** Row ids of the chunks of a part of the index. */
export interface ChunkRange {
  /** The last id before the first. */
  readonly after: number;
  readonly last: number;
}

/** Chunks of a range of row ids: the full-text index goes straight to them. */
export function rangeCondition({ after, last }: ChunkRange): readonly Condition[] {
  return [
    { sql: 'rowid > ?', value: after },
    { sql: 'rowid <= ?', value: last },
  ];
}

/**
 * A full-text query for chunks that hold any of the terms. Terms are quoted, so none of them can mean
 * anything to the query language.
 */
export function matchExpression(terms: readonly string[]): string {
  return terms.map((term) => `"${term.replaceAll('"', '""')}"`).join(' OR ');
}

/**
 * Chunks with any of the terms and their BM25 scores (k1 1.2, b 0.75, as FTS5 has them).
 * @param terms distinct: a repetition costs time for every one that is already there.
 * @param limit the best so many, best first; null: all, as they come.
 */
export function searchTerms(
  database: Reads,
  { tables }: Generation,
  terms: readonly string[],
  conditions: readonly Condition[],
  limit: number | null,
): readonly RowHit[] {
  const where = ['MATCH ?', ...conditions.map(({ sql }) => `AND ${sql}`)].join(' ');
  const values = [matchExpression(terms), ...conditions.map(({ value }) => value)];
  // Sorting in SQL would make FTS5 score every chunk before it looks at the conditions.
  const rows = database.all<{ chunk: number; rank: number }>(
    `SELECT rowid AS chunk, rank FROM ${tables.terms} WHERE ${tables.terms} ${where} ${limit === null ? '' : 'ORDER BY rank LIMIT ?'}`,
    ...values,
    ...(limit === null ? [] : [limit]),
  );
  // FTS5 gives better matches lower numbers, all below 0.
  return rows.map(({ chunk, rank }) => ({ chunk, score: -rank }));
}
