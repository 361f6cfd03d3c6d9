import { instantOf, type Ledger, type LedgerEntry, type LedgerQuery, type LedgerSum } from '@winnow/core';
import type { Database } from '../database.ts';
import { createLazyDatabase } from '../lazy-database.ts';
import { ledgerFormat } from './ledger-schema.ts';
import { sumStatement } from './sum-statement.ts';

export interface EmbeddedLedgerOptions {
  /** The SQLite file, apart from the index: processes that only read the index write to it too. */
  readonly path: string;
}

/**
 * The ledger in one SQLite file, which is made with the first append. Any number of processes may append at
 * once; one that waits longer than two seconds for the others is `unavailable`, and on a full disk appending is
 * `resource_exhausted`. Where the file may not be written, it can still be summed.
 */
export function openEmbeddedLedger(options: EmbeddedLedgerOptions): Ledger {
  const { path } = options;
  const file = createLazyDatabase({ path, format: ledgerFormat });
  return {
    async append(entries) {
      if (entries.length === 0) return;
      const instants = entries.map(({ at }) => instantOf(at).getTime());
      const database = file.made();
      database.write(() => {
        for (const [place, entry] of entries.entries()) insert(database, entry, instants[place] ?? 0);
      });
    },
    async sum(query) {
      const database = file.ifThere();
      return database === null ? [] : sum(database, query);
    },
    async close() {
      file.close();
    },
  };
}

function insert(database: Database, entry: LedgerEntry, instant: number): void {
  database.run(
    `INSERT INTO entry (
       at, corpus, run_id, query_id, purpose, provider, model,
       calls, input_tokens, output_tokens, searches, truncated, cached, usd
     ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    instant,
    entry.corpus,
    entry.runId,
    entry.queryId,
    entry.purpose,
    entry.provider,
    entry.model,
    entry.calls,
    entry.inputTokens,
    entry.outputTokens,
    entry.searches,
    entry.truncated,
    entry.cached,
    entry.usd,
  );
}

function sum(database: Database, query: LedgerQuery): readonly LedgerSum[] {
  const { sql, values } = sumStatement({
    ...query,
    from: query.from === undefined ? null : instantOf(query.from).getTime(),
    to: query.to === undefined ? null : instantOf(query.to).getTime(),
  });
  // Rows come without a prototype; a sum is a plain object like any other.
  return database.all<LedgerSum>(sql, ...values).map((row) => ({ ...row }));
}
