import type { Database } from '../database.ts';

/** What is kept beside a corpus: its schedule, its golden queries, searches of it and results of golden queries. */
export function toIndexVersion3(database: Database): void {
  database.execute(`
CREATE TABLE schedule (
  corpus TEXT PRIMARY KEY,
  corpus_id TEXT NOT NULL,
  next_run_at TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX schedule_by_time ON schedule (next_run_at, corpus);

CREATE TABLE golden_query (
  id INTEGER PRIMARY KEY,
  corpus_id TEXT NOT NULL,
  set_id TEXT NOT NULL,
  query_id TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (corpus_id, set_id, query_id)
) STRICT;

CREATE TABLE query_record (
  id INTEGER PRIMARY KEY,
  corpus_id TEXT NOT NULL,
  query_id TEXT NOT NULL,
  at TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (corpus_id, query_id)
) STRICT;
CREATE INDEX query_record_by_time ON query_record (corpus_id, at, query_id);

CREATE TABLE quality_result (
  id INTEGER PRIMARY KEY,
  corpus_id TEXT NOT NULL,
  -- Of the body: the same result is kept once.
  digest TEXT NOT NULL,
  at TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (corpus_id, digest)
) STRICT;
CREATE INDEX quality_result_by_time ON quality_result (corpus_id, at, digest);
`);
}
