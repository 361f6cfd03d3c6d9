import type { Database } from '../database.ts';

/**
 * Generations are known by a physical name and admit one planner; documents know their source, size and making,
 * and may be dismissed; what is written of a document has a row of its own.
 *
 * Corpora and runs are JSON, and are brought forward when they are read.
 */
export function toIndexVersion2(database: Database): void {
  const generations = database.all<{ id: number }>('SELECT id FROM generation');
  database.execute(newGenerationTable);
  for (const { id } of generations) database.execute(newColumnsOf(id));
}

/** Without UNIQUE (corpus, number), which SQLite cannot take from a table; numbers of dropped ones stay used. */
const newGenerationTable = `
ALTER TABLE generation RENAME TO generation_1_to_2;
CREATE TABLE generation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- Null while it is being dropped: nobody finds it any more, and the name is free.
  physical_name TEXT UNIQUE,
  corpus TEXT NOT NULL,
  number INTEGER NOT NULL,
  dimensions INTEGER NOT NULL,
  -- Grows with each change of its chunks.
  changes INTEGER NOT NULL DEFAULT 0,
  -- The run that may accept, adopt and remove.
  planner TEXT
) STRICT;
CREATE INDEX generation_by_corpus ON generation (corpus);
INSERT INTO generation (id, physical_name, corpus, number, dimensions, changes)
  SELECT id, corpus || '.g' || number, corpus, number, dimensions, changes FROM generation_1_to_2;
DELETE FROM sqlite_sequence WHERE name = 'generation';
INSERT INTO sqlite_sequence (name, seq) SELECT 'generation', seq FROM sqlite_sequence WHERE name = 'generation_1_to_2';
DROP TABLE generation_1_to_2;
`;

/** The triggers go first, so that filling the columns in changes no count. */
function newColumnsOf(id: number): string {
  const counted = ['embedded', 'reused', 'model_calls', 'tokens', 'dismissed'];
  const columns = ['documents', 'searchable', ...counted, 'chunks'];
  const values = (row: string) => [
    '1',
    `(${row}.live_revision IS NOT NULL)`,
    ...counted.map((column) => `${row}.${column}`),
    `${row}.chunk_count`,
  ];
  const add = `INSERT INTO tally_${id} (run_id, state, ${columns.join(', ')})
    VALUES (new.run_id, new.state, ${values('new').join(', ')})
    ON CONFLICT DO UPDATE SET ${columns.map((column) => `${column} = ${column} + excluded.${column}`).join(', ')};`;
  const old = values('old');
  const subtract = `UPDATE tally_${id} SET ${columns.map((column, at) => `${column} = ${column} - ${old[at]}`).join(', ')}
    WHERE run_id = old.run_id AND state = old.state;
    DELETE FROM tally_${id} WHERE run_id = old.run_id AND state = old.state AND documents = 0;`;
  return `
DROP TRIGGER document_${id}_added;
DROP TRIGGER document_${id}_changed;
ALTER TABLE document_${id} ADD COLUMN source_id TEXT NOT NULL DEFAULT 'main';
ALTER TABLE document_${id} ADD COLUMN bytes INTEGER;
ALTER TABLE document_${id} ADD COLUMN making TEXT;
ALTER TABLE document_${id} ADD COLUMN dismissed INTEGER NOT NULL DEFAULT 0;
UPDATE document_${id} SET making = '1.1.1' WHERE live_revision IS NOT NULL;
ALTER TABLE tally_${id} ADD COLUMN dismissed INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER document_${id}_added AFTER INSERT ON document_${id} BEGIN ${add} END;
CREATE TRIGGER document_${id}_changed AFTER UPDATE ON document_${id} BEGIN ${subtract} ${add} END;
CREATE TRIGGER document_${id}_removed AFTER DELETE ON document_${id} BEGIN ${subtract} END;

CREATE TABLE writing_${id} (
  document INTEGER PRIMARY KEY,
  document_key TEXT NOT NULL,
  version TEXT NOT NULL,
  document_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  UNIQUE (document_key, version)
) STRICT;
INSERT INTO writing_${id} (document, document_key, version, document_id, revision)
  SELECT id, document_key, live_revision || '.' || id, document_id, live_revision
  FROM document_${id} WHERE live_revision IS NOT NULL AND chunk_count > 0;
`;
}
