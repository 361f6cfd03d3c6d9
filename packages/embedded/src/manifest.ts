import { type DocumentState, documentKeyOf, documentStates, type Manifest, type Tally } from '@winnow/core';
import type { Database } from './database.ts';
import { type Generation, generationOf } from './generations.ts';
import { type EntryRow, entryColumns, entryOf, usageOf } from './manifest-entry.ts';
import { listEntries } from './manifest-list.ts';

/** The manifest as rows: each call is one transaction. */
export function createManifest(database: Database, now: () => Date): Manifest {
  const timestamp = () => now().toISOString();
  return {
    async get(ref, documentIds) {
      const { tables } = generationOf(database, ref);
      const rows = database.all<EntryRow>(
        `SELECT ${entryColumns} FROM json_each(?) JOIN ${tables.document} ON document_key = value`,
        JSON.stringify(documentIds.map(documentKeyOf)),
      );
      return new Map(rows.map(entryOf).map((entry) => [entry.documentId, entry]));
    },

    async accept(ref, runId, revisions) {
      database.write(() => {
        const { tables } = generationOf(database, ref);
        const updatedAt = timestamp();
        for (const revision of revisions) {
          database.run(
            `INSERT INTO ${tables.document}
               (document_key, document_id, state, revision, content_hash, location, lane, reason, run_id, updated_at)
             VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (document_key) DO UPDATE SET
               state = excluded.state, revision = revision + 1, content_hash = excluded.content_hash,
               location = excluded.location, lane = excluded.lane, attempts = 0, reason = excluded.reason,
               run_id = excluded.run_id, embedded = 0, reused = 0, model_calls = 0, tokens = 0,
               updated_at = excluded.updated_at`,
            documentKeyOf(revision.documentId),
            revision.documentId,
            (revision.reason === null ? 'pending' : 'failed') satisfies DocumentState,
            revision.contentHash,
            JSON.stringify(revision.location),
            revision.lane,
            revision.reason === null ? null : JSON.stringify(revision.reason),
            runId,
            updatedAt,
          );
        }
      });
    },

    async adopt(ref, runId, documentIds) {
      database.write(() => {
        const { tables } = generationOf(database, ref);
        const updatedAt = timestamp();
        for (const documentId of documentIds) {
          database.run(
            `UPDATE ${tables.document} SET run_id = ?, attempts = 0, updated_at = ?
             WHERE document_key = ? AND state = 'pending'`,
            runId,
            updatedAt,
            documentKeyOf(documentId),
          );
        }
      });
    },

    async countAttempt(ref, documents) {
      database.write(() => {
        const { tables } = generationOf(database, ref);
        const updatedAt = timestamp();
        for (const { documentId, revision } of documents) {
          database.run(
            `UPDATE ${tables.document} SET attempts = attempts + 1, updated_at = ?
             WHERE document_key = ? AND revision = ? AND state = 'pending'`,
            updatedAt,
            documentKeyOf(documentId),
            revision,
          );
        }
      });
    },

    async fail(ref, documents) {
      database.write(() => {
        const { tables } = generationOf(database, ref);
        const updatedAt = timestamp();
        for (const { documentId, revision, reason } of documents) {
          database.run(
            `UPDATE ${tables.document} SET state = 'failed', reason = ?, updated_at = ?
             WHERE document_key = ? AND revision = ? AND state = 'pending'`,
            JSON.stringify(reason),
            updatedAt,
            documentKeyOf(documentId),
            revision,
          );
        }
      });
    },

    async list(ref, query) {
      return listEntries(database, generationOf(database, ref), query);
    },

    async tally(ref, runId) {
      return database.read(() => tallyOf(database, generationOf(database, ref), runId ?? null));
    },
  };
}

interface TallyRow {
  readonly state: string;
  readonly documents: number;
  readonly searchable: number;
  readonly chunks: number;
  readonly embedded: number;
  readonly reused: number;
  readonly model_calls: number;
  readonly tokens: number;
}

function tallyOf(database: Database, { tables }: Generation, runId: string | null): Tally {
  const rows = database.all<TallyRow>(
    `SELECT state, sum(documents) AS documents, sum(searchable) AS searchable, sum(chunks) AS chunks,
       sum(embedded) AS embedded, sum(reused) AS reused, sum(model_calls) AS model_calls, sum(tokens) AS tokens
     FROM ${tables.tally} WHERE ?1 IS NULL OR run_id = ?1 GROUP BY state`,
    runId,
  );
  const total = (column: keyof Omit<TallyRow, 'state'>) => rows.reduce((sum, row) => sum + row[column], 0);
  const [pending, live, failed, deleted] = documentStates.map(
    (state) => rows.find((row) => row.state === state)?.documents ?? 0,
  );
  return {
    pending: pending ?? 0,
    live: live ?? 0,
    failed: failed ?? 0,
    deleted: deleted ?? 0,
    searchable: total('searchable'),
    chunks: total('chunks'),
    usage: usageOf({
      embedded: total('embedded'),
      reused: total('reused'),
      model_calls: total('model_calls'),
      tokens: total('tokens'),
    }),
  };
}
