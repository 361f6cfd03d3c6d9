import {
  AppError,
  type DocumentId,
  documentKeyOf,
  type GenerationRef,
  type Manifest,
  type ManifestQuery,
  type NewRevision,
  type RevisionRef,
  type RunId,
} from '@winnow/core';
import type { Connection } from './connection.ts';
import { blankRecord, entryOf, type ManifestRecord, noWork } from './manifest-record.ts';
import type { ManifestTable } from './manifest-table.ts';
import type { IndexNames } from './names.ts';
import type { Query } from './query.ts';
import { roundsWithoutRepeats } from './rounds.ts';
import { tallyOf } from './tally.ts';

/** Most hits one search gives. */
const maxPage = 10_000;

/** The manifest: one document per document, `_id` its key, changed by compare-and-set only. */
export function createManifest(connection: Connection, table: ManifestTable, names: IndexNames): Manifest {
  /** Makes every finished write visible to the search that follows. */
  async function refreshed(ref: GenerationRef): Promise<string> {
    const index = names.manifest(ref);
    await connection.read((client, options) => client.indices.refresh({ index }, options));
    return index;
  }

  /** Changes entries that are still pending at their revision. */
  async function updatePending(
    ref: GenerationRef,
    documents: readonly RevisionRef[],
    change: (record: ManifestRecord) => ManifestRecord,
  ): Promise<void> {
    const revisions = new Map(documents.map(({ documentId, revision }) => [documentId, revision]));
    await table.update(names.manifest(ref), revisions.keys(), (documentId, current) => {
      const stillPending = current?.state === 'pending' && current.revision === revisions.get(documentId);
      return stillPending ? { ...change(current), updated_at: now() } : null;
    });
  }

  return {
    async get(ref, documentIds) {
      const records = await table.read(names.manifest(ref), documentIds);
      return new Map([...records].map(([id, record]) => [id, entryOf(record)]));
    },

    async accept(ref, runId, revisions) {
      for (const round of roundsWithoutRepeats(revisions, ({ documentId }) => documentId)) {
        const byId = new Map(round.map((revision) => [revision.documentId, revision]));
        await table.update(names.manifest(ref), byId.keys(), (documentId, current) => {
          const revision = byId.get(documentId);
          return revision === undefined ? null : accepted(current, runId, revision);
        });
      }
    },

    async adopt(ref, runId, documentIds) {
      await table.update(names.manifest(ref), documentIds, (_, current) =>
        current?.state === 'pending' ? { ...current, run_id: runId, attempts: 0, updated_at: now() } : null,
      );
    },

    async countAttempt(ref, documents) {
      await updatePending(ref, documents, (record) => ({ ...record, attempts: record.attempts + 1 }));
    },

    async fail(ref, documents) {
      const reasons = new Map(documents.map(({ documentId, reason }) => [documentId, reason]));
      await updatePending(ref, documents, (record) => ({
        ...record,
        state: 'failed',
        reason: JSON.stringify(reasons.get(record.document_id) ?? null),
      }));
    },

    async list(ref, query) {
      const index = await refreshed(ref);
      const found: ManifestRecord[] = [];
      let after = query.after;
      while (found.length < query.limit) {
        const size = Math.min(maxPage, query.limit - found.length);
        const page = await searchPage(connection, index, { ...query, limit: size }, after);
        found.push(...page);
        after = page.at(-1)?.document_id;
        if (page.length < size) break;
      }
      return found.map(entryOf);
    },

    async tally(ref, runId) {
      return await tallyOf(connection, await refreshed(ref), runId);
    },
  };
}

/** Writes the next revision over what is there, keeping what is live. */
function accepted(current: ManifestRecord | null, runId: RunId, revision: NewRevision): ManifestRecord {
  const before = current ?? blankRecord(revision.documentId, runId, revision.contentHash);
  return {
    ...before,
    ...noWork,
    state: revision.reason === null ? 'pending' : 'failed',
    revision: before.revision + 1,
    content_hash: revision.contentHash,
    location: JSON.stringify(revision.location),
    lane: revision.lane,
    attempts: 0,
    reason: revision.reason === null ? null : JSON.stringify(revision.reason),
    run_id: runId,
    updated_at: now(),
  };
}

async function searchPage(
  connection: Connection,
  index: string,
  query: ManifestQuery,
  after: DocumentId | undefined,
): Promise<ManifestRecord[]> {
  const filter: Query[] = [];
  if (query.states !== undefined) filter.push({ terms: { state: [...query.states] } });
  if (query.runId !== undefined) filter.push({ term: { run_id: query.runId } });
  if (query.lane !== undefined) filter.push({ term: { lane: query.lane } });
  const answer = await connection.read((client, options) =>
    client.search<ManifestRecord>(
      {
        index,
        size: query.limit,
        query: { bool: { filter } },
        sort: [{ document_key: 'asc' }],
        track_total_hits: false,
        allow_partial_search_results: false,
        ...(after === undefined ? {} : { search_after: [documentKeyOf(after)] }),
      },
      options,
    ),
  );
  return answer.hits.hits.map(({ _source }) => {
    if (_source === undefined) throw new AppError('internal', `manifest ${index} keeps no source`);
    return _source;
  });
}

function now(): string {
  return new Date().toISOString();
}
