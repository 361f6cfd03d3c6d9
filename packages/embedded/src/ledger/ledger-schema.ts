import type { FileFormat } from '../migrations/file-format.ts';

export const ledgerFormat: FileFormat = {
  kind: 'ledger',
  steps: [(database) => database.execute(firstTables)],
};

/** One row an entry; `at` in milliseconds since 1970. A run's cost is asked for at every look at its status. */
const firstTables = `
CREATE TABLE entry (
  at INTEGER NOT NULL,
  corpus TEXT,
  run_id TEXT,
  query_id TEXT,
  purpose TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  searches INTEGER NOT NULL,
  truncated INTEGER NOT NULL,
  cached INTEGER NOT NULL,
  usd REAL
) STRICT;
CREATE INDEX entry_by_at ON entry (at);
CREATE INDEX entry_by_run ON entry (run_id) WHERE run_id IS NOT NULL;
`;
