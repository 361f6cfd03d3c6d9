import type { DocumentId, FailureReason, GenerationRef, Manifest, RevisionRef, RunId } from '@winnow/core';
import type { WritePorts } from '../chunks/obsolete-chunks.ts';
import { acceptedRecord } from './accepted-record.ts';
import { listEntries } from './manifest-list.ts';
import { entryOf, failureFields, type ManifestRecord } from './manifest-record.ts';
import type { KnownRecords, RecordChange } from './manifest-table.ts';
import { admitPlanner, asPlanner } from './planner.ts';
import { roundsWithoutRepeats } from './rounds.ts';
import { tallyOf } from './tally.ts';

/** The manifest: one document per document, `_id` its key, changed by compare-and-set only. */
export function createManifest(ports: WritePorts): Manifest {
  const { connection, table, names, refresher, current: indexes } = ports;

  /**
   * Changes records as the admitted planner.
   * @returns the records that were written.
   */
  async function plan(
    ref: GenerationRef,
    runId: RunId,
    documentIds: Iterable<DocumentId>,
    change: RecordChange,
    options: { readonly known?: KnownRecords } = {},
  ): Promise<ManifestRecord[]> {
    await indexes.ensure(ref);
    const written = new Map<DocumentId, ManifestRecord>();
    await asPlanner(ports, ref, runId, (alias) =>
      table.update(names.manifest(ref), documentIds, noting(written, change), { ...options, alias }),
    );
    return [...written.values()];
  }

  /** Changes entries that are still at their revision and in that state. @returns how many. */
  async function updateWhere(
    ref: GenerationRef,
    state: ManifestRecord['state'],
    documents: readonly RevisionRef[],
    change: (record: ManifestRecord) => ManifestRecord,
  ): Promise<number> {
    if (documents.length === 0) return 0;
    await indexes.ensure(ref);
    const revisions = new Map(documents.map(({ documentId, revision }) => [documentId, revision]));
    const written = new Map<DocumentId, ManifestRecord>();
    const changeIf: RecordChange = (documentId, current) => {
      if (current?.state !== state || current.revision !== revisions.get(documentId)) return null;
      return { ...change(current), updated_at: now() };
    };
    await table.update(names.manifest(ref), revisions.keys(), noting(written, changeIf));
    return written.size;
  }

  return {
    async get(ref, documentIds) {
      const records = await table.read(names.manifest(ref), documentIds);
      return new Map([...records].map(([id, record]) => [id, entryOf(record)]));
    },

    async getByKey(ref, keys) {
      const records = await table.readByKey(names.manifest(ref), keys);
      return new Map([...records].map(([key, record]) => [key, entryOf(record)]));
    },

    admit: (ref, runId) => admitPlanner(ports, ref, runId),

    async accept(ref, runId, revisions) {
      const accepted: RevisionRef[] = [];
      for (const round of roundsWithoutRepeats(revisions, ({ documentId }) => documentId)) {
        const byId = new Map(round.map((revision) => [revision.documentId, revision]));
        const change: RecordChange = (documentId, current) => {
          const revision = byId.get(documentId);
          if (revision === undefined || (current?.revision ?? 0) !== revision.over) return null;
          return acceptedRecord(current, runId, revision);
        };
        // Where the caller has found none there is none to read: one that came meanwhile refuses the write.
        const areNew = round.every(({ over }) => over === 0);
        const written = await plan(ref, runId, byId.keys(), change, areNew ? { known: new Map() } : {});
        accepted.push(...written.map(revisionOf));
      }
      return accepted;
    },

    async adopt(ref, runId, documents) {
      const byId = new Map(documents.map((document) => [document.documentId, document]));
      const written = await plan(ref, runId, byId.keys(), (documentId, current) => {
        const document = byId.get(documentId);
        if (document === undefined || current?.state !== 'pending') return null;
        if (current.revision !== document.revision) return null;
        const location = JSON.stringify(document.location);
        return { ...current, run_id: runId, location, attempts: 0, updated_at: now() };
      });
      return written.map(revisionOf);
    },

    async countAttempt(ref, documents, by = 1) {
      await updateWhere(ref, 'pending', documents, (record) => ({
        ...record,
        attempts: Math.max(0, record.attempts + by),
      }));
    },

    async fail(ref, documents) {
      const reasons = new Map<DocumentId, FailureReason>(
        documents.map(({ documentId, reason }) => [documentId, reason]),
      );
      await updateWhere(ref, 'pending', documents, (record) => ({
        ...record,
        ...failureFields(reasons.get(record.document_id) ?? null),
        state: 'failed',
        dismissed: false,
      }));
    },

    dismiss: (ref, documents) =>
      updateWhere(ref, 'failed', documents, (record) => ({ ...record, dismissed: true })),

    async list(ref, query) {
      const index = names.manifest(ref);
      if (query.stale !== true) await refresher.refreshed(index);
      return await listEntries(connection, index, query);
    },

    async tally(ref, runId) {
      const index = names.manifest(ref);
      await refresher.refreshed(index);
      return await tallyOf(connection, index, runId);
    },
  };
}

/** Remembers the last answer of a change: it is the one that was written. */
function noting(written: Map<DocumentId, ManifestRecord>, change: RecordChange): RecordChange {
  return (documentId, current) => {
    const record = change(documentId, current);
    if (record === null) written.delete(documentId);
    else written.set(documentId, record);
    return record;
  };
}

function revisionOf({ document_id: documentId, revision }: ManifestRecord): RevisionRef {
  return { documentId, revision };
}

function now(): string {
  return new Date().toISOString();
}
