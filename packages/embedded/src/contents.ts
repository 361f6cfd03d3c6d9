import {
  type ContentEntry,
  type ContentOutcome,
  type ContentRecord,
  type ContentStore,
  type DocumentId,
  type DocumentKey,
  decideContent,
  documentKeyOf,
  recordOfArchived,
} from '@winnow/core';
import type { Rows } from './database.ts';
import { deleteInSteps } from './delete-in-steps.ts';
import type { IndexDatabase } from './index-database.ts';

interface ContentRow {
  readonly record: string;
}

/** Changes of one transaction: the thread is blocked that long. */
const changesPerTransaction = 100;

const find = 'SELECT record FROM content WHERE place = ? AND document_key = ?';
const keep = `INSERT INTO content (place, document_key, record, bytes) VALUES (?, ?, ?, ?)
  ON CONFLICT (place, document_key) DO UPDATE SET record = excluded.record, bytes = excluded.bytes`;
const keepUnknown = `INSERT INTO content (place, document_key, record, bytes) VALUES (?, ?, ?, NULL)
  ON CONFLICT (place, document_key) DO NOTHING`;

/** Pushed documents as rows. */
export function createContents(database: IndexDatabase, now: () => Date): ContentStore {
  return {
    async put(place, changes) {
      const outcomes: ContentOutcome[] = [];
      for (let at = 0; at < changes.length; at += changesPerTransaction) {
        outcomes.push(
          ...(await database.write((statements) =>
            changes.slice(at, at + changesPerTransaction).map((change) => {
              const key = documentKeyOf(change.documentId);
              const { outcome, record } = decideContent(recordOf(statements, place, key), change, now());
              if (record !== null) {
                statements.run(keep, place, key, JSON.stringify(record), change.content?.content ?? null);
              }
              return outcome;
            }),
          )),
        );
      }
      return outcomes;
    },
    async restore(place, archived) {
      for (let at = 0; at < archived.length; at += changesPerTransaction) {
        await database.write((statements) => {
          for (const each of archived.slice(at, at + changesPerTransaction)) {
            const key = documentKeyOf(each.documentId);
            statements.run(keepUnknown, place, key, JSON.stringify(recordOfArchived(each)));
          }
        });
      }
    },
    async get(place, documentId) {
      const row = database.get<ContentRow & { bytes: Uint8Array | null }>(
        'SELECT record, bytes FROM content WHERE place = ? AND document_key = ?',
        place,
        documentKeyOf(documentId),
      );
      if (row === undefined || row.bytes === null) return null;
      const { contentHash, mediaType, title, metadata } = parsed(row);
      return { documentId, contentHash, mediaType, title, metadata, content: row.bytes };
    },
    async entries(place, documentIds) {
      const rows = database.all<ContentRow>(
        'SELECT record FROM content WHERE place = ? AND document_key IN (SELECT value FROM json_each(?))',
        place,
        JSON.stringify(documentIds.map(documentKeyOf)),
      );
      return new Map(rows.map(entryOf).map((entry): [DocumentId, ContentEntry] => [entry.documentId, entry]));
    },
    async list(place, { after, limit }) {
      const rows = database.all<ContentRow>(
        'SELECT record FROM content WHERE place = ? AND document_key > ? ORDER BY document_key LIMIT ?',
        place,
        after ?? '',
        limit,
      );
      return rows.map(entryOf);
    },
    async clear(place) {
      await deleteInSteps(database, { table: 'content', key: 'id', where: 'place = ?', values: [place] });
    },
  };
}

function recordOf(rows: Rows, place: string, documentKey: DocumentKey): ContentRecord | null {
  const row = rows.get<ContentRow>(find, place, documentKey);
  return row === undefined ? null : parsed(row);
}

function parsed({ record }: ContentRow): ContentRecord {
  return JSON.parse(record) as ContentRecord;
}

function entryOf(row: ContentRow): ContentEntry {
  const { documentId, sequence, version, isDeleted, contentHash, bytes } = parsed(row);
  return { documentId, sequence, version, isDeleted, contentHash, bytes };
}
