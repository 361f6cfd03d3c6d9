import { randomUUID } from 'node:crypto';
import { type DocumentId, type DocumentKey, documentKeyOf } from '@winnow/core';
import type { BulkOperation, BulkWriter } from '../bulk/bulk-writer.ts';
import type { Connection } from '../connection/connection.ts';
import { indexError } from '../connection/index-error.ts';
import { type LiveRecord, liveFields, type ManifestRecord } from './manifest-record.ts';
import { pagesOf, readRecords, type VersionedRecord } from './read-manifest.ts';

/** Rounds of compare-and-set; each round at least one of the writers that meet gets through. */
const maxRounds = 20;

/** Reads and changes records of one manifest index by document id, always the newest ones. */
export interface ManifestTable {
  read(
    index: string,
    documentIds: Iterable<DocumentId>,
    signal?: AbortSignal,
  ): Promise<Map<DocumentId, ManifestRecord>>;
  readByKey(
    index: string,
    keys: Iterable<DocumentKey>,
    signal?: AbortSignal,
  ): Promise<Map<DocumentKey, ManifestRecord>>;
  /** As {@link read}, each with what an {@link update} over it takes. */
  readVersions(index: string, documentIds: Iterable<DocumentId>, signal?: AbortSignal): Promise<KnownRecords>;
  /** As {@link readByKey}, and only what a query needs. */
  readLive(
    index: string,
    keys: Iterable<DocumentKey>,
    signal?: AbortSignal,
  ): Promise<Map<DocumentKey, LiveRecord>>;
  /** Changes records by compare-and-set; where another writer came first, reads again and asks again. */
  update(
    index: string,
    documentIds: Iterable<DocumentId>,
    change: RecordChange,
    options?: UpdateOptions,
  ): Promise<void>;
}

/** Gets the record as it is, or null; returns null to leave it so. Its last answer counts. */
export type RecordChange = (documentId: DocumentId, current: ManifestRecord | null) => ManifestRecord | null;

/** Records as somebody has read them a moment ago; those that were not there are missing. */
export type KnownRecords = ReadonlyMap<DocumentId, VersionedRecord<ManifestRecord>>;

interface UpdateOptions {
  readonly signal?: AbortSignal;
  /** Spares the first reading. A record that was changed since is read again: its write is refused. */
  readonly known?: KnownRecords;
  /** What the writes go through; the index' write alias if left out. */
  readonly alias?: string;
}

/** A table over the connection and the one bulk writer. */
export function createManifestTable(connection: Connection, bulk: BulkWriter): ManifestTable {
  async function readFields<Field extends keyof ManifestRecord>(
    index: string,
    keys: Iterable<DocumentKey>,
    options: {
      readonly fields?: readonly (Field | 'document_key')[];
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<Map<DocumentKey, Pick<ManifestRecord, Field | 'document_key'>>> {
    const found = new Map<DocumentKey, Pick<ManifestRecord, Field | 'document_key'>>();
    for (const page of pagesOf(keys)) {
      const records = await readRecords<Field | 'document_key'>(connection, index, page, options);
      for (const { record } of records) found.set(record.document_key, record);
    }
    return found;
  }

  async function readVersions(
    index: string,
    documentIds: Iterable<DocumentId>,
    signal?: AbortSignal,
  ): Promise<KnownRecords> {
    const found = new Map<DocumentId, VersionedRecord<ManifestRecord>>();
    for (const page of pagesOf(documentIds)) {
      const keys = page.map(documentKeyOf);
      for (const versioned of await readRecords<keyof ManifestRecord>(connection, index, keys, { signal })) {
        found.set(versioned.record.document_id, versioned);
      }
    }
    return found;
  }

  /** One round over one page. @returns the ids that another writer came first at. */
  async function updatePage(
    index: string,
    documentIds: readonly DocumentId[],
    change: RecordChange,
    writeId: string,
    { signal, alias, known }: UpdateOptions,
  ): Promise<DocumentId[]> {
    const current = known ?? (await readVersions(index, documentIds, signal));
    const writes: (BulkOperation & { documentId: DocumentId })[] = [];
    for (const documentId of documentIds) {
      const before = current.get(documentId) ?? null;
      // A conflict with what we sent ourselves: the write got through, only its answer was lost.
      if (before?.record.write_id === writeId) continue;
      const record = change(documentId, before?.record ?? null);
      if (record !== null) writes.push({ documentId, ...writeOf({ ...record, write_id: writeId }, before) });
    }
    const results = await bulk.write(index, writes, { signal, alias });
    return writes.flatMap(({ documentId }, at) => {
      const result = results[at];
      if (result?.kind === 'done') return [];
      if (result?.kind === 'conflict') return [documentId];
      throw indexError('internal', `manifest ${index} refused an entry`, {
        context: { documentId, result: JSON.stringify(result ?? null) },
      });
    });
  }

  return {
    readVersions,
    readByKey: (index, keys, signal) => readFields<keyof ManifestRecord>(index, keys, { signal }),
    readLive: (index, keys, signal) => readFields(index, keys, { fields: liveFields, signal }),
    async read(index, documentIds, signal) {
      const keys = [...documentIds].map(documentKeyOf);
      const records = await readFields<keyof ManifestRecord>(index, keys, { signal });
      return new Map([...records.values()].map((record) => [record.document_id, record]));
    },
    async update(index, documentIds, change, options = {}) {
      for (const page of pagesOf(documentIds)) {
        const writeId = randomUUID();
        let open: readonly DocumentId[] = page;
        for (let round = 0; open.length > 0; round += 1) {
          if (round === maxRounds) {
            throw indexError('unavailable', `manifest ${index} is written by too many at once: try again`);
          }
          const { known, ...others } = options;
          const given = round === 0 && known !== undefined ? options : others;
          open = await updatePage(index, open, change, writeId, given);
        }
      }
    },
  };
}

/** Writes over the version that was read, and over no other. */
function writeOf(record: ManifestRecord, before: VersionedRecord<unknown> | null): BulkOperation {
  const _id = record.document_key;
  const source = JSON.stringify(record);
  if (before === null) {
    return { action: 'create', lines: `${JSON.stringify({ create: { _id } })}\n${source}\n` };
  }
  const index = { _id, if_seq_no: before.seqNo, if_primary_term: before.primaryTerm };
  return { action: 'index', lines: `${JSON.stringify({ index })}\n${source}\n` };
}
