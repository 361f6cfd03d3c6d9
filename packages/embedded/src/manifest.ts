import {
  type DocumentKey,
  documentKeyOf,
  type GenerationRef,
  type Manifest,
  type ManifestEntry,
  type RunId,
} from '@winnow/core';
import { acceptRevisions, adoptDocuments, type PlannedWrite } from './accept.ts';
import type { Statements } from './database.ts';
import { type Generation, generationOf, whileThere } from './generations.ts';
import type { IndexDatabase } from './index-database.ts';
import { type EntryRow, entryColumns, entryOf } from './manifest-entry.ts';
import { listEntries } from './manifest-list.ts';
import { tallyOf } from './tally.ts';

/** The manifest as rows: each call is one transaction. */
export function createManifest(database: IndexDatabase, now: () => Date): Manifest {
  const change = <Result>(
    ref: GenerationRef,
    work: (statements: Statements, generation: Generation, updatedAt: string) => Result,
  ): Promise<Result> =>
    database.write((statements) => work(statements, generationOf(statements, ref), now().toISOString()));
  const plan = <Result>(
    ref: GenerationRef,
    runId: RunId,
    work: (write: PlannedWrite) => Result,
  ): Promise<Result> =>
    change(ref, (statements, generation, updatedAt) =>
      work({ database: statements, generation, runId, updatedAt }),
    );
  const entriesOf = ({ tables }: Generation, keys: readonly DocumentKey[]): readonly ManifestEntry[] =>
    database
      .all<EntryRow>(
        `SELECT ${entryColumns} FROM ${tables.document} WHERE document_key IN (SELECT value FROM json_each(?))`,
        JSON.stringify(keys),
      )
      .map(entryOf);

  return {
    async get(ref, documentIds) {
      const entries = await whileThere(database, ref, (generation) =>
        entriesOf(generation, documentIds.map(documentKeyOf)),
      );
      return new Map(entries.map((entry) => [entry.documentId, entry]));
    },

    async getByKey(ref, keys) {
      const entries = await whileThere(database, ref, (generation) => entriesOf(generation, keys));
      return new Map(entries.map((entry) => [documentKeyOf(entry.documentId), entry]));
    },

    async admit(ref, runId) {
      await change(ref, ({ run }, { id }) =>
        run('UPDATE generation SET planner = ? WHERE id = ?', runId, id),
      );
    },

    async accept(ref, runId, revisions) {
      return await plan(ref, runId, (write) => acceptRevisions(write, revisions));
    },

    async adopt(ref, runId, documents) {
      return await plan(ref, runId, (write) => adoptDocuments(write, documents));
    },

    async countAttempt(ref, documents, by = 1) {
      await change(ref, ({ run }, { tables }, updatedAt) => {
        for (const { documentId, revision } of documents) {
          run(
            `UPDATE ${tables.document} SET attempts = max(0, attempts + ?), updated_at = ?
             WHERE document_key = ? AND revision = ? AND state = 'pending'`,
            by,
            updatedAt,
            documentKeyOf(documentId),
            revision,
          );
        }
      });
    },

    async fail(ref, documents) {
      await change(ref, ({ run }, { tables }, updatedAt) => {
        for (const { documentId, revision, reason } of documents) {
          run(
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

    async dismiss(ref, documents) {
      return await change(ref, ({ run }, { tables }, updatedAt) => {
        const dismissed = documents.map(({ documentId, revision }) =>
          run(
            `UPDATE ${tables.document} SET dismissed = 1, updated_at = ?
             WHERE document_key = ? AND revision = ? AND state = 'failed'`,
            updatedAt,
            documentKeyOf(documentId),
            revision,
          ),
        );
        return dismissed.reduce((sum, { changes }) => sum + changes, 0);
      });
    },

    async list(ref, query) {
      return await whileThere(database, ref, (generation) => listEntries(database, generation, query));
    },

    async tally(ref, runId) {
      return database.read(() => tallyOf(database, generationOf(database, ref), runId ?? null));
    },
  };
}
