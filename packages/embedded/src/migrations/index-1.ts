import type { Database } from '../database.ts';

/** The first tables of the index; each generation had tables of its own, made with it. */
export function toIndexVersion1(database: Database): void {
  database.execute(`
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

CREATE TABLE generation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  corpus TEXT NOT NULL,
  number INTEGER NOT NULL,
  dimensions INTEGER NOT NULL,
  changes INTEGER NOT NULL DEFAULT 0,
  UNIQUE (corpus, number)
) STRICT;
`);
}
