import type { FileFormat } from '../migrations/file-format.ts';

export const embeddingCacheFormat: FileFormat = {
  kind: 'embedding cache',
  steps: [(database) => database.execute(firstTables)],
};

/**
 * Vectors by age: `id` grows. `held` has one row with what all entries take together, so that no process has
 * to add it up.
 */
const firstTables = `
CREATE TABLE entry (
  id INTEGER PRIMARY KEY,
  embedding_key TEXT NOT NULL UNIQUE,
  vector BLOB NOT NULL
) STRICT;
CREATE TABLE held (bytes INTEGER NOT NULL) STRICT;
INSERT INTO held (bytes) VALUES (0);
`;

/** Of the file: five vectors of 3,072 numbers fill one, or ten of 1,536. Of 8 KB, each would waste a quarter. */
export const pageBytes = 65_536;

/** Key, id and lengths of a row beside its vector. */
const rowOverheadBytes = 36;
/** The key again, in the index over keys, which splits its pages in half as it grows. */
const indexEntryBytes = 45;

/** What an entry takes in the file, with its part of what is left over at the end of a page. */
export function entryBytes(vectorBytes: number): number {
  const rowBytes = vectorBytes + rowOverheadBytes;
  const rowsOfPage = Math.floor(pageBytes / rowBytes);
  const shareOfPages =
    rowsOfPage === 0 ? Math.ceil(rowBytes / pageBytes) * pageBytes : pageBytes / rowsOfPage;
  return Math.ceil(shareOfPages) + indexEntryBytes;
}
