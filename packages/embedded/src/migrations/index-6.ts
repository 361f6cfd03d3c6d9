import type { Database } from '../database.ts';

/** Chunks may have token vectors: what was embedded before has none. */
export function toIndexVersion6(database: Database): void {
  for (const { id } of database.all<{ id: number }>('SELECT id FROM generation')) {
    database.execute(
      `CREATE TABLE token_vectors_${id} (chunk INTEGER PRIMARY KEY, vectors BLOB NOT NULL) STRICT;`,
    );
  }
}
