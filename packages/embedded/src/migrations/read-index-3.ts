import type { Database } from '../database.ts';

/** Makes an index of version 3 read like one of version 4, where it may not be written: nothing was pushed. */
export function readIndexVersion3(database: Database): void {
  database.execute(`
PRAGMA temp_store = MEMORY;
CREATE TEMP VIEW content AS
  SELECT NULL AS id, NULL AS place, NULL AS document_key, NULL AS record, NULL AS bytes WHERE false;
`);
}
