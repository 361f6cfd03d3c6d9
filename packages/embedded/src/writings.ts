import type { DocumentKey, IndexedVersion } from '@winnow/core';
import type { Rows } from './database.ts';
import type { Generation } from './generations.ts';
import { versionOf } from './written-version.ts';

/** Whose the chunks of a document row are. */
export interface Writing extends Pick<IndexedVersion, 'documentKey' | 'version' | 'revision'> {
  /** The row id that the chunks have. */
  readonly document: number;
}

/** Where a page of writings begins. */
export type Place = Pick<Writing, 'documentKey' | 'version'>;

/** Writings behind a place, in order of document key and version. */
export function writingsAfter(
  database: Rows,
  { tables }: Generation,
  after: Place | null,
  limit: number,
): readonly Writing[] {
  const rows = database.all<{ document: number; document_key: string; version: string; revision: number }>(
    `SELECT document, document_key, version, revision FROM ${tables.writing}
     WHERE (document_key, version) > (?, ?) ORDER BY document_key, version LIMIT ?`,
    after?.documentKey ?? '',
    after?.version ?? '',
    limit,
  );
  return rows.map(({ document, document_key, version, revision }) => ({
    document,
    documentKey: document_key as DocumentKey,
    version,
    revision,
  }));
}

/** All writings of a document. */
export function writingsOf(
  database: Rows,
  { tables }: Generation,
  documentKey: DocumentKey,
): readonly Place[] {
  const sql = `SELECT version FROM ${tables.writing} WHERE document_key = ?`;
  return database.all<{ version: string }>(sql, documentKey).map(({ version }) => ({ documentKey, version }));
}

/**
 * Chunks that have lost even the row that says whose they are. They have a key that is no document's, and comes behind
 * all that are.
 */
export function namelessAfter(
  database: Rows,
  { tables }: Generation,
  after: Place | null,
  limit: number,
): readonly Writing[] {
  const rows = database.all<{ document: number }>(
    `SELECT DISTINCT document FROM ${tables.chunk}
     WHERE document NOT IN (SELECT document FROM ${tables.writing}) AND document > ? ORDER BY document LIMIT ?`,
    after === null ? 0 : (namelessDocumentOf(after.documentKey) ?? 0),
    limit,
  );
  return rows.map(({ document }) => ({
    document,
    documentKey: namelessKeyOf(document),
    version: versionOf(0, document),
    revision: 0,
  }));
}

/** @returns null if there is no such writing. */
export function writingAt(
  database: Rows,
  { tables }: Generation,
  { documentKey, version }: Place,
): Pick<Writing, 'document'> | null {
  const nameless = namelessDocumentOf(documentKey);
  if (nameless !== null) {
    const sql = `SELECT 1 FROM ${tables.writing} WHERE document = ?`;
    return database.get(sql, nameless) === undefined ? { document: nameless } : null;
  }
  const sql = `SELECT document FROM ${tables.writing} WHERE document_key = ? AND version = ?`;
  return database.get<{ document: number }>(sql, documentKey, version) ?? null;
}

/** Behind every character of a real key. */
const namelessMark = '~';
const keyLength = 22;

function namelessKeyOf(document: number): DocumentKey {
  return `${namelessMark}${String(document).padStart(keyLength - 1, '0')}` as DocumentKey;
}

function namelessDocumentOf(key: DocumentKey): number | null {
  if (!key.startsWith(namelessMark)) return null;
  const document = Number(key.slice(1));
  return Number.isSafeInteger(document) ? document : null;
}
