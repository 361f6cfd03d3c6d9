import type { DocumentId, DocumentKey } from '@winnow/core';
import type { Reads } from './database.ts';
import type { Generation } from './generations.ts';

/** The documents that chunks were written for, by key. */
export function identifyDocuments(
  database: Reads,
  { tables }: Generation,
  keys: readonly DocumentKey[],
): ReadonlyMap<DocumentKey, DocumentId> {
  const rows = database.all<{ document_key: string; document_id: string }>(
    `SELECT document_key, document_id FROM ${tables.writing} AS writing
     WHERE document_key IN (SELECT value FROM json_each(?))
       AND EXISTS (SELECT 1 FROM ${tables.chunk} AS chunk WHERE chunk.document = writing.document)`,
    JSON.stringify(keys),
  );
  return new Map(rows.map((row) => [row.document_key as DocumentKey, row.document_id as DocumentId]));
}
