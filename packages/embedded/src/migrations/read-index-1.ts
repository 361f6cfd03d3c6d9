import type { Database } from '../database.ts';

/**
 * Makes an index of version 1 read like one of version 2, where it may not be written: the views stand in front of
 * the tables of the same names, and give what the second step would have filled in.
 */
export function readIndexVersion1(database: Database): void {
  database.execute(`
PRAGMA temp_store = MEMORY;
CREATE TEMP VIEW generation AS
  SELECT id, corpus || '.g' || number AS physical_name, corpus, number, dimensions, changes, NULL AS planner
  FROM main.generation;
`);
  for (const { id } of database.all<{ id: number }>('SELECT id FROM main.generation')) {
    database.execute(viewsOf(id));
  }
}

const columnsOfDocument =
  'id, document_key, document_id, state, revision, live_revision, chunk_count, content_hash, location, lane, attempts, reason, run_id, embedded, reused, model_calls, tokens, updated_at, title, metadata';
const columnsOfTally = 'run_id, state, documents, searchable, embedded, reused, model_calls, tokens, chunks';

function viewsOf(id: number): string {
  return `
CREATE TEMP VIEW document_${id} AS
  SELECT ${columnsOfDocument}, 'main' AS source_id, NULL AS bytes,
    iif(live_revision IS NULL, NULL, '1.1.1') AS making, 0 AS dismissed
  FROM main.document_${id};
CREATE TEMP VIEW tally_${id} AS SELECT ${columnsOfTally}, 0 AS dismissed FROM main.tally_${id};
CREATE TEMP VIEW writing_${id} AS
  SELECT id AS document, document_key, live_revision || '.' || id AS version, document_id, live_revision AS revision
  FROM main.document_${id} WHERE live_revision IS NOT NULL AND chunk_count > 0;
`;
}
