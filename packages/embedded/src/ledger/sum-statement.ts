import type { LedgerGrouping, LedgerQuery } from '@winnow/core';

/** A query whose instants are in milliseconds since 1970; null: unbounded. */
export interface SumQuery extends Omit<LedgerQuery, 'from' | 'to'> {
  readonly from: number | null;
  readonly to: number | null;
}

export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

const groupExpressions: Readonly<Record<LedgerGrouping, string>> = {
  total: "''",
  run: "coalesce(run_id, '')",
  model: 'model',
  corpus: "coalesce(corpus, '')",
  day: "date(at / 1000, 'unixepoch')",
  purpose: 'purpose',
};

/** The statement that sums a ledger; its rows have the names of `LedgerSum`. */
export function sumStatement(query: SumQuery): Statement {
  const conditions: [string, string | number | null][] = [
    ['corpus = ?', query.corpus ?? null],
    ['run_id = ?', query.runId ?? null],
    ['at >= ?', query.from],
    ['at < ?', query.to],
  ];
  const given = conditions.flatMap(([sql, value]) => (value === null ? [] : [{ sql, value }]));
  const where = given.length === 0 ? '' : `WHERE ${given.map(({ sql }) => sql).join(' AND ')}`;
  return {
    sql: `SELECT ${groupExpressions[query.by]} AS "group",
      sum(calls) AS calls,
      sum(input_tokens) AS inputTokens,
      sum(output_tokens) AS outputTokens,
      sum(searches) AS searches,
      sum(truncated) AS truncated,
      sum(cached) AS cached,
      total(usd) AS usd,
      sum(iif(usd IS NULL, calls, 0)) AS unpricedCalls
    FROM entry ${where}
    GROUP BY "group"
    ORDER BY ${query.by === 'day' ? '"group" DESC' : 'usd DESC, "group"'}
    LIMIT ?`,
    values: [...given.map(({ value }) => value), query.limit],
  };
}
