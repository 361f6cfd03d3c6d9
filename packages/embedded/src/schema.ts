import type { Database } from './database.ts';
import { ensureTables } from './ensure-tables.ts';

/** Raised with every change that an older version of this package could not read. */
export const schemaVersion = 1;

const tables = `
CREATE TABLE corpus (
  name TEXT PRIMARY KEY,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  run_id TEXT PRIMARY KEY,
  corpus TEXT NOT NULL,
  state TEXT NOT NULL,
  started_at TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX run_by_corpus ON run (corpus, started_at);
CREATE INDEX run_by_state ON run (state, started_at);

-- Each generation has tables of its own (generation-tables.ts); "changes" grows with each change of its chunks.
CREATE TABLE generation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  corpus TEXT NOT NULL,
  number INTEGER NOT NULL,
  dimensions INTEGER NOT NULL,
  changes INTEGER NOT NULL DEFAULT 0,
  UNIQUE (corpus, number)
) STRICT;
`;

/**
 * Makes the tables of a new index, or checks that an old one has a version that this package can read.
 * @throws AppError `failed_precondition` for a file of a newer version, or one without an index that is
 * opened only for reading.
 */
export function ensureSchema(database: Database, options: { readonly readOnly: boolean }): void {
  ensureTables(database, { ...options, kind: 'index', version: schemaVersion, tables });
}
