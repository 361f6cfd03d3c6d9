import { AppError } from '@winnow/core';
import type { Database } from './database.ts';

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
 * Makes the tables of a new file, or checks that an old one has a version that this package can read.
 * @throws AppError `failed_precondition` for a file of a newer version, or one without an index that is
 * opened only for reading.
 */
export function ensureSchema(database: Database, options: { readonly readOnly: boolean }): void {
  const versionOf = () => database.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
  const version = versionOf();
  if (version > schemaVersion) {
    throw new AppError(
      'failed_precondition',
      `the index ${database.path} was written by a newer version (format ${version}, this one reads up to ${schemaVersion}): update, or use another data folder`,
    );
  }
  if (version === schemaVersion) return;
  if (options.readOnly) {
    throw new AppError('failed_precondition', `the index ${database.path} is empty: ingest something first`);
  }
  database.write(() => {
    // Another process may have been first.
    if (versionOf() === schemaVersion) return;
    if (database.get('SELECT 1 FROM sqlite_schema') !== undefined) {
      throw new AppError(
        'failed_precondition',
        `the file ${database.path} is a database of another program: choose another path`,
      );
    }
    database.execute(tables);
    database.execute(`PRAGMA user_version = ${schemaVersion}`);
  });
}
