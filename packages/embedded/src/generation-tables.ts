/** Names of one generation's tables: a generation is dropped as a whole, and shares no statistics with others. */
export interface GenerationTables {
  /** The manifest, with title and metadata of the live revision. */
  readonly document: string;
  /** The manifest's counts by run and state, kept in step by triggers. */
  readonly tally: string;
  /** One row per value of a live document's metadata, for filters. */
  readonly metadata: string;
  /**
   * Whose the chunks are, one row for each document that has any. The index knows it by itself, so that chunks can be
   * named and removed though the manifest has lost their document.
   */
  readonly writing: string;
  readonly chunk: string;
  /** Float32, little-endian. */
  readonly vector: string;
  /** Compressed token vectors, as late interaction writes them; no row where the model gave none. */
  readonly tokenVectors: string;
  /** Full-text index of search terms, and how many chunks hold each. */
  readonly terms: string;
  /** Has a row for each chunk in the full-text index; made and kept by SQLite. */
  readonly termSizes: string;
  readonly termCounts: string;
  /** Full-text index of model tokens, for their counts alone. */
  readonly tokens: string;
  readonly tokenCounts: string;
}

export function tablesOf(generationId: number): GenerationTables {
  return {
    document: `document_${generationId}`,
    tally: `tally_${generationId}`,
    metadata: `metadata_${generationId}`,
    writing: `writing_${generationId}`,
    chunk: `chunk_${generationId}`,
    vector: `vector_${generationId}`,
    tokenVectors: `token_vectors_${generationId}`,
    terms: `terms_${generationId}`,
    termSizes: `terms_${generationId}_docsize`,
    termCounts: `term_counts_${generationId}`,
    tokens: `tokens_${generationId}`,
    tokenCounts: `token_counts_${generationId}`,
  };
}

/** Splits on white space and nothing else: terms come ready from the text package. */
const whiteSpaceOnly = `tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co Cs Cn Cf Cc'"`;

/** What one document adds to each count of its run and state, given its row's name in a trigger. */
const counts = [
  { column: 'documents', of: () => '1' },
  { column: 'searchable', of: (row: string) => `(${row}.live_revision IS NOT NULL)` },
  ...['embedded', 'reused', 'model_calls', 'tokens', 'dismissed'].map((column) => ({
    column,
    of: (row: string) => `${row}.${column}`,
  })),
  { column: 'chunks', of: (row: string) => `${row}.chunk_count` },
];

/** What a document's counts come from: no other change of its row is one of them. */
const countedColumns =
  'run_id, state, live_revision, chunk_count, embedded, reused, model_calls, tokens, dismissed';

/** Statements that make the tables, in order. */
export function createTables(generationId: number): string {
  const names = tablesOf(generationId);
  const columns = counts.map(({ column }) => column);
  const addNew = `INSERT INTO ${names.tally} (run_id, state, ${columns.join(', ')})
    VALUES (new.run_id, new.state, ${counts.map((count) => count.of('new')).join(', ')})
    ON CONFLICT DO UPDATE SET ${columns.map((column) => `${column} = ${column} + excluded.${column}`).join(', ')};`;
  const subtractOld = `UPDATE ${names.tally}
    SET ${counts.map((count) => `${count.column} = ${count.column} - ${count.of('old')}`).join(', ')}
    WHERE run_id = old.run_id AND state = old.state;
  DELETE FROM ${names.tally} WHERE run_id = old.run_id AND state = old.state AND documents = 0;`;
  return `
CREATE TABLE ${names.document} (
  id INTEGER PRIMARY KEY,
  document_key TEXT NOT NULL UNIQUE,
  document_id TEXT NOT NULL,
  source_id TEXT NOT NULL,
  state TEXT NOT NULL,
  revision INTEGER NOT NULL,
  live_revision INTEGER,
  chunk_count INTEGER NOT NULL DEFAULT 0,
  content_hash TEXT NOT NULL,
  bytes INTEGER,
  making TEXT,
  location TEXT NOT NULL,
  lane INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  dismissed INTEGER NOT NULL DEFAULT 0,
  run_id TEXT NOT NULL,
  embedded INTEGER NOT NULL DEFAULT 0,
  reused INTEGER NOT NULL DEFAULT 0,
  model_calls INTEGER NOT NULL DEFAULT 0,
  tokens INTEGER NOT NULL DEFAULT 0,
  updated_at TEXT NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  metadata TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX ${names.document}_by_state ON ${names.document} (state, document_key);
CREATE INDEX ${names.document}_by_run ON ${names.document} (run_id, state, document_key);

CREATE TABLE ${names.tally} (
  run_id TEXT NOT NULL,
  state TEXT NOT NULL,
  ${columns.map((column) => `${column} INTEGER NOT NULL`).join(',\n  ')},
  PRIMARY KEY (run_id, state)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER ${names.document}_added AFTER INSERT ON ${names.document} BEGIN ${addNew} END;
CREATE TRIGGER ${names.document}_changed AFTER UPDATE OF ${countedColumns} ON ${names.document} BEGIN
  ${subtractOld}
  ${addNew}
END;
CREATE TRIGGER ${names.document}_removed AFTER DELETE ON ${names.document} BEGIN ${subtractOld} END;

CREATE TABLE ${names.metadata} (
  field TEXT NOT NULL,
  value ANY NOT NULL,
  document INTEGER NOT NULL,
  PRIMARY KEY (field, value, document)
) STRICT, WITHOUT ROWID;
CREATE INDEX ${names.metadata}_by_document ON ${names.metadata} (document);

CREATE TABLE ${names.writing} (
  document INTEGER PRIMARY KEY,
  document_key TEXT NOT NULL,
  version TEXT NOT NULL,
  document_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  UNIQUE (document_key, version)
) STRICT;

CREATE TABLE ${names.chunk} (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document INTEGER NOT NULL,
  chunk_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  start_offset INTEGER NOT NULL,
  end_offset INTEGER NOT NULL,
  headings TEXT NOT NULL,
  text TEXT NOT NULL,
  token_count INTEGER NOT NULL,
  embedding_key TEXT NOT NULL,
  -- JSON of page, slide or sheet; null where the format has none.
  place TEXT,
  UNIQUE (document, position)
) STRICT;
CREATE INDEX ${names.chunk}_by_key ON ${names.chunk} (embedding_key);
CREATE TABLE ${names.vector} (chunk INTEGER PRIMARY KEY, vector BLOB NOT NULL) STRICT;
CREATE TABLE ${names.tokenVectors} (chunk INTEGER PRIMARY KEY, vectors BLOB NOT NULL) STRICT;

CREATE VIRTUAL TABLE ${names.terms} USING fts5(terms, content='', contentless_delete=1, ${whiteSpaceOnly});
CREATE VIRTUAL TABLE ${names.termCounts} USING fts5vocab(${names.terms}, row);
CREATE VIRTUAL TABLE ${names.tokens} USING fts5(tokens, content='', contentless_delete=1, detail=none, ${whiteSpaceOnly});
CREATE VIRTUAL TABLE ${names.tokenCounts} USING fts5vocab(${names.tokens}, row);
`;
}

/** Statements that remove the tables with all they hold; what is large is better emptied before. */
export function dropTables(generationId: number): string {
  const names = tablesOf(generationId);
  // The vocabulary tables stand on the indexes and go first.
  const order = [names.termCounts, names.tokenCounts, names.terms, names.tokens, names.vector];
  return [
    ...order,
    names.tokenVectors,
    names.chunk,
    names.writing,
    names.metadata,
    names.document,
    names.tally,
  ]
    .map((table) => `DROP TABLE ${table};`)
    .join('\n');
}
