import type { Database } from './database.ts';
import type { Generation } from './generations.ts';
import type { TermCounts } from './term-counts.ts';
import { planTerms } from './term-plan.ts';
import { type RowHit, withTies } from './ties.ts';

/** Row ids of the documents that a filter lets through, as a JSON list. */
export type AllowedDocuments = string;

/** Chunks that the rare terms choose, for each hit asked for, and at least. */
const candidatesPerHit = 10;
const minCandidates = 1_000;

/**
 * A full-text query for chunks that hold any of the terms. Terms are quoted, so none of them can mean
 * anything to the query language.
 */
export function matchExpression(terms: readonly string[]): string {
  return terms.map((term) => `"${term.replaceAll('"', '""')}"`).join(' OR ');
}

/** The best `k` by BM25 (k1 1.2, b 0.75, as FTS5 has them), best first, and all that tie with the last of them. */
export function recallByTerms(
  database: Database,
  counts: TermCounts,
  generation: Generation,
  query: { readonly terms: readonly string[]; readonly k: number; readonly allowed: AllowedDocuments | null },
): readonly RowHit[] {
  const counted = [...new Set(query.terms)].map((term) => ({ term, chunks: counts.of(generation, term) }));
  const plan = planTerms(counted, chunkCount(database, generation));
  if (plan.scoring.length === 0 || query.k < 1) return [];
  // FTS5 adds up phrase by phrase: a term that stands n times in the query counts n-fold, as BM25 has it.
  const telling = new Set(plan.scoring);
  const scoring = query.terms.filter((term) => telling.has(term));

  const search = createSearch(database, generation);
  const inAllowed = query.allowed === null ? [] : [allowedCondition(generation, query.allowed)];
  if (plan.choosing !== null) {
    const wanted = Math.max(minCandidates, candidatesPerHit * query.k);
    const candidates = search(plan.choosing, inAllowed, wanted).map(({ chunk }) => chunk);
    const scored = search(scoring, [candidateCondition(candidates)], null);
    return withTies(scored, query.k);
  }
  const found = search(scoring, inAllowed, query.k + 1);
  const last = found[query.k - 1];
  if (last === undefined || found[query.k]?.score !== last.score) return found.slice(0, query.k);
  return search(scoring, [...inAllowed, { sql: 'rank <= ?', value: -last.score }], null);
}

interface Condition {
  readonly sql: string;
  readonly value: string | number;
}

/** `+rowid` keeps SQLite from asking the full-text index once for every row id. */
function allowedCondition({ tables }: Generation, allowed: AllowedDocuments): Condition {
  return {
    sql: `+rowid IN (SELECT id FROM ${tables.chunk} WHERE document IN (SELECT value FROM json_each(?)))`,
    value: allowed,
  };
}

function candidateCondition(chunks: readonly number[]): Condition {
  return { sql: '+rowid IN (SELECT value FROM json_each(?))', value: JSON.stringify(chunks) };
}

function createSearch(database: Database, { tables }: Generation) {
  return (
    terms: readonly string[],
    conditions: readonly Condition[],
    limit: number | null,
  ): readonly RowHit[] => {
    const where = ['MATCH ?', ...conditions.map(({ sql }) => `AND ${sql}`)].join(' ');
    const values = [matchExpression(terms), ...conditions.map(({ value }) => value)];
    // Sorting in SQL would make FTS5 score every chunk before it looks at the conditions.
    const rows = database.all<{ chunk: number; rank: number }>(
      `SELECT rowid AS chunk, rank FROM ${tables.terms} WHERE ${tables.terms} ${where} ${limit === null ? '' : 'ORDER BY rank LIMIT ?'}`,
      ...values,
      ...(limit === null ? [] : [limit]),
    );
    // FTS5 gives better matches lower numbers, all below 0.
    const hits = rows.map(({ chunk, rank }) => ({ chunk, score: -rank }));
    return limit === null ? hits.sort((left, right) => right.score - left.score) : hits;
  };
}

function chunkCount(database: Database, { tables }: Generation): number {
  const row = database.get<{ chunks: number }>(
    `SELECT coalesce(sum(chunks), 0) AS chunks FROM ${tables.tally}`,
  );
  return row?.chunks ?? 0;
}
