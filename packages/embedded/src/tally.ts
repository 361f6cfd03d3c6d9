import { documentStates, type Tally } from '@winnow/core';
import type { Reads } from './database.ts';
import type { Generation } from './generations.ts';
import { usageOf } from './manifest-entry.ts';

interface TallyRow {
  readonly state: string;
  readonly documents: number;
  readonly searchable: number;
  readonly chunks: number;
  readonly embedded: number;
  readonly reused: number;
  readonly model_calls: number;
  readonly tokens: number;
  readonly dismissed: number;
}

/** Adds up the counts that triggers keep. @param runId null: of all runs. */
export function tallyOf(database: Reads, { tables }: Generation, runId: string | null): Tally {
  const rows = database.all<TallyRow>(
    `SELECT state, sum(documents) AS documents, sum(searchable) AS searchable, sum(chunks) AS chunks,
       sum(embedded) AS embedded, sum(reused) AS reused, sum(model_calls) AS model_calls, sum(tokens) AS tokens,
       sum(dismissed) AS dismissed
     FROM ${tables.tally} WHERE ? IS NULL OR run_id = ? GROUP BY state`,
    runId,
    runId,
  );
  const total = (column: keyof Omit<TallyRow, 'state'>) => rows.reduce((sum, row) => sum + row[column], 0);
  const [pending, live, failed, deleted] = documentStates.map(
    (state) => rows.find((row) => row.state === state)?.documents ?? 0,
  );
  return {
    pending: pending ?? 0,
    live: live ?? 0,
    failed: failed ?? 0,
    dismissed: total('dismissed'),
    deleted: deleted ?? 0,
    searchable: total('searchable'),
    chunks: total('chunks'),
    usage: usageOf({
      embedded: total('embedded'),
      reused: total('reused'),
      model_calls: total('model_calls'),
      tokens: total('tokens'),
    }),
  };
}
