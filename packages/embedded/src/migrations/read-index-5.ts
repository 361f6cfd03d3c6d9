import type { Database } from '../database.ts';

/**
 * Makes an index of version 5 read like one of version 6, where it may not be written: views stand for the tables of token
 * vectors, and give none.
 */
export function readIndexVersion5(database: Database): void {
  database.execute('PRAGMA temp_store = MEMORY');
  for (const { id } of database.all<{ id: number }>('SELECT id FROM main.generation')) {
    database.execute(
      `CREATE TEMP VIEW token_vectors_${id} AS SELECT NULL AS chunk, NULL AS vectors WHERE false;`,
    );
  }
}
