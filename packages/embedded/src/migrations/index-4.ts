import type { Database } from '../database.ts';

/** What was pushed: a row a document, its bytes last, so that they are not read where they are not asked for. */
export function toIndexVersion4(database: Database): void {
  database.execute(`
CREATE TABLE content (
  id INTEGER PRIMARY KEY,
  place TEXT NOT NULL,
  document_key TEXT NOT NULL,
  record TEXT NOT NULL,
  -- Null where the document is deleted.
  bytes BLOB,
  UNIQUE (place, document_key)
) STRICT;
`);
}
