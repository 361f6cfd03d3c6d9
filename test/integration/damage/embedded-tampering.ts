import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type DocumentId, documentKeyOf, type PhysicalName } from '@winnow/core';
import { type EntryChange, longAgo, type Tampering } from './tampering.ts';

/** What only an SQLite file can suffer. */
export interface EmbeddedTampering extends Tampering {
  setVector(documentId: string, position: number, bytes: Uint8Array): Promise<void>;
  /** Loses the row that says whose the chunks are. */
  loseOwner(documentId: string): Promise<void>;
}

/** Opens the file beside the engine that works on it. */
export function openEmbeddedTampering(dataDir: string, physicalName: PhysicalName): EmbeddedTampering {
  const database = new DatabaseSync(join(dataDir, 'winnow.db'));
  database.exec('PRAGMA busy_timeout = 5000');
  const generation = Number(one('SELECT id FROM generation WHERE physical_name = ?', physicalName));
  const table = (name: string) => `${name}_${generation}`;

  function one(sql: string, ...values: SQLInputValue[]): SQLInputValue {
    const [value] = Object.values(database.prepare(sql).get(...values) ?? {});
    if (value === undefined) throw new Error(`nothing is there: ${sql} ${values.join(' ')}`);
    return value;
  }
  /** A change that changes nothing is a mistake of the test. */
  function change(sql: string, ...values: SQLInputValue[]): void {
    if (Number(database.prepare(sql).run(...values).changes) === 0)
      throw new Error(`nothing changed: ${sql}`);
  }
  const keyOf = (documentId: string) => documentKeyOf(documentId as DocumentId);
  const rowOf = (documentId: string) =>
    one(`SELECT document FROM ${table('writing')} WHERE document_key = ?`, keyOf(documentId));
  const chunkAt = (documentId: string, position: number) =>
    one(`SELECT id FROM ${table('chunk')} WHERE document = ? AND position = ?`, rowOf(documentId), position);

  function loseChunks(where: string, ...values: SQLInputValue[]): void {
    const chunks = `SELECT id FROM ${table('chunk')} WHERE ${where}`;
    change(`DELETE FROM ${table('terms')} WHERE rowid IN (${chunks})`, ...values);
    change(`DELETE FROM ${table('tokens')} WHERE rowid IN (${chunks})`, ...values);
    change(`DELETE FROM ${table('vector')} WHERE chunk IN (${chunks})`, ...values);
    change(`DELETE FROM ${table('chunk')} WHERE ${where}`, ...values);
  }

  /** Copies chunks as they are, at other positions of the same document or of another one. */
  function copyChunks(from: SQLInputValue, positions: string, to: SQLInputValue, shift: number): void {
    const source = `FROM ${table('chunk')} AS chunk WHERE chunk.document = ? AND ${positions}`;
    const ids = database.prepare(`SELECT id ${source}`).all(from);
    for (const { id } of ids) {
      if (id === undefined) continue;
      change(
        `INSERT INTO ${table('chunk')}
           (document, chunk_id, position, start_offset, end_offset, headings, text, token_count, embedding_key)
         SELECT ?, chunk_id, position + ?, start_offset, end_offset, headings, text, token_count, embedding_key
         FROM ${table('chunk')} WHERE id = ?`,
        to,
        shift,
        id,
      );
      const copy = one('SELECT last_insert_rowid()');
      change(
        `INSERT INTO ${table('vector')} SELECT ?, vector FROM ${table('vector')} WHERE chunk = ?`,
        copy,
        id,
      );
      change(`INSERT INTO ${table('terms')} (rowid, terms) VALUES (?, 'planted')`, copy);
      change(`INSERT INTO ${table('tokens')} (rowid, tokens) VALUES (?, 'planted')`, copy);
    }
  }

  const columns: Readonly<Record<keyof EntryChange, string>> = {
    state: 'state',
    contentHash: 'content_hash',
    chunkCount: 'chunk_count',
    updatedAt: 'updated_at',
    liveRevision: 'live_revision',
  };
  function changeEntry(documentId: string, fields: EntryChange): void {
    for (const [field, value] of Object.entries(fields)) {
      const column = columns[field as keyof EntryChange];
      change(
        `UPDATE ${table('document')} SET ${column} = ? WHERE document_key = ?`,
        value,
        keyOf(documentId),
      );
    }
  }

  return {
    async loseChunk(documentId, position) {
      loseChunks('id = ?', chunkAt(documentId, position));
    },
    async loseChunks(documentId) {
      loseChunks('document = ?', rowOf(documentId));
    },
    async addChunk(documentId) {
      const row = rowOf(documentId);
      const count = Number(one(`SELECT count(*) FROM ${table('chunk')} WHERE document = ?`, row));
      copyChunks(row, 'position = 0', row, count);
    },
    async loseVector(documentId, position) {
      change(`DELETE FROM ${table('vector')} WHERE chunk = ?`, chunkAt(documentId, position));
    },
    async setVector(documentId, position, bytes) {
      const chunk = chunkAt(documentId, position);
      change(`UPDATE ${table('vector')} SET vector = ? WHERE chunk = ?`, bytes, chunk);
    },
    async loseTerms(documentId, position) {
      change(`DELETE FROM ${table('terms')} WHERE rowid = ?`, chunkAt(documentId, position));
    },
    async loseOwner(documentId) {
      change(`DELETE FROM ${table('writing')} WHERE document_key = ?`, keyOf(documentId));
    },
    async plantChunks(from, documentId) {
      const row = Number(one(`SELECT max(document) + 1000 FROM ${table('writing')}`));
      change(
        `INSERT INTO ${table('writing')} (document, document_key, version, document_id, revision) VALUES (?, ?, ?, ?, 1)`,
        row,
        keyOf(documentId),
        `1.${row}`,
        documentId,
      );
      copyChunks(rowOf(from), 'TRUE', row, 0);
    },
    async loseEntry(documentId) {
      change(`DELETE FROM ${table('document')} WHERE document_key = ?`, keyOf(documentId));
    },
    async changeEntry(documentId, fields) {
      changeEntry(documentId, fields);
    },
    async plantEntry(from, documentId, fields = {}) {
      const same =
        'source_id, state, revision, live_revision, chunk_count, content_hash, bytes, making, lane, run_id';
      change(
        `INSERT INTO ${table('document')} (document_key, document_id, location, updated_at, ${same})
         SELECT ?, ?, '{}', ?, ${same} FROM ${table('document')} WHERE document_key = ?`,
        keyOf(documentId),
        documentId,
        longAgo,
        keyOf(from),
      );
      changeEntry(documentId, fields);
    },
    async loseManifest() {
      change(`DELETE FROM ${table('document')}`);
    },
    async loseIndex() {
      loseChunks('TRUE');
    },
    async ageEntries() {
      change(`UPDATE ${table('document')} SET updated_at = ?`, longAgo);
    },
    close: () => database.close(),
  };
}
