import type { Database } from '../database.ts';

/** Makes an index of version 4 read like one of version 5, where it may not be written: no chunk has a place. */
export function readIndexVersion4(database: Database): void {
  database.execute('PRAGMA temp_store = MEMORY;');
  for (const { id } of database.all<{ id: number }>('SELECT id FROM main.generation')) {
    database.execute(`CREATE TEMP VIEW chunk_${id} AS SELECT *, NULL AS place FROM main.chunk_${id};`);
  }
}
