import { randomUUID } from 'node:crypto';
import { type DocumentId, type DocumentKey, documentKeyOf } from '@winnow/core';
import type { BulkOperation, BulkWriter } from './bulk-writer.ts';
import type { Connection } from './connection.ts';
import { indexError } from './index-error.ts';
import type { LiveRecord, ManifestRecord } from './manifest-record.ts';
import { missingItemError } from './server-fault.ts';

/** Documents asked for or written in one request. */
const pageSize = 500;
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
  /** As {@link readByKey}, and only what a query needs. */
  readLive(
    index: string,
    keys: Iterable<DocumentKey>,
    signal?: AbortSignal,
  ): Promise<Map<DocumentKey, LiveRecord>>;
  /**
   * Changes records by compare-and-set; where another writer came first, reads again and asks again.
   * @param change gets the record as it is, or null; returns null to leave it so. Its last answer counts.
   */
  update(
    index: string,
    documentIds: Iterable<DocumentId>,
    change: (documentId: DocumentId, current: ManifestRecord | null) => ManifestRecord | null,
    options?: UpdateOptions,
  ): Promise<void>;
}

interface UpdateOptions {
  readonly signal?: AbortSignal;
  /** What the writes go through; the index' write alias if left out. */
  readonly alias?: string;
}

interface Versioned {
  readonly record: ManifestRecord;
  readonly seqNo: number;
  readonly primaryTerm: number;
}

/** A table over the connection and the one bulk writer. */
export function createManifestTable(connection: Connection, bulk: BulkWriter): ManifestTable {
  async function readPage(
    index: string,
    keys: readonly DocumentKey[],
    signal?: AbortSignal,
  ): Promise<Versioned[]> {
    const answer = await connection.read(
      (client, options) => client.mget<ManifestRecord>({ index, ids: [...keys] }, options),
      signal,
    );
    const found: Versioned[] = [];
    for (const doc of answer.docs) {
      if ('error' in doc) throw missingItemError(doc.error, index, connection.address);
      if (!doc.found || doc._source === undefined) continue;
      const { _seq_no: seqNo = 0, _primary_term: primaryTerm = 0, _source: record } = doc;
      found.push({ record, seqNo, primaryTerm });
    }
    return found;
  }

  /** One round over one page. @returns the ids that another writer came first at. */
  async function updatePage(
    index: string,
    documentIds: readonly DocumentId[],
    change: (documentId: DocumentId, current: ManifestRecord | null) => ManifestRecord | null,
    writeId: string,
    { signal, alias }: UpdateOptions,
  ): Promise<DocumentId[]> {
    const page = await readPage(index, documentIds.map(documentKeyOf), signal);
    const current = new Map(page.map((versioned) => [versioned.record.document_id, versioned]));
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

  async function readByKey(
    index: string,
    keys: Iterable<DocumentKey>,
    signal?: AbortSignal,
  ): Promise<Map<DocumentKey, ManifestRecord>> {
    const found = new Map<DocumentKey, ManifestRecord>();
    for (const page of pagesOf(keys)) {
      for (const { record } of await readPage(index, page, signal)) found.set(record.document_key, record);
    }
    return found;
  }

  async function readLive(
    index: string,
    keys: Iterable<DocumentKey>,
    signal?: AbortSignal,
  ): Promise<Map<DocumentKey, LiveRecord>> {
    const found = new Map<DocumentKey, LiveRecord>();
    const _source = ['document_key', 'live_version', 'live_revision'];
    for (const ids of pagesOf(keys)) {
      const answer = await connection.read(
        (client, options) => client.mget<LiveRecord>({ index, ids: [...ids], _source }, options),
        signal,
      );
      for (const doc of answer.docs) {
        if ('error' in doc) throw missingItemError(doc.error, index, connection.address);
        if (doc.found && doc._source !== undefined) found.set(doc._source.document_key, doc._source);
      }
    }
    return found;
  }

  return {
    readByKey,
    readLive,
    async read(index, documentIds, signal) {
      const records = await readByKey(index, [...documentIds].map(documentKeyOf), signal);
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
          open = await updatePage(index, open, change, writeId, options);
        }
      }
    },
  };
}

/** Writes over the version that was read, and over no other. */
function writeOf(record: ManifestRecord, before: Versioned | null): BulkOperation {
  const _id = record.document_key;
  const source = JSON.stringify(record);
  if (before === null) {
    return { action: 'create', lines: `${JSON.stringify({ create: { _id } })}\n${source}\n` };
  }
  const index = { _id, if_seq_no: before.seqNo, if_primary_term: before.primaryTerm };
  return { action: 'index', lines: `${JSON.stringify({ index })}\n${source}\n` };
}

/** Distinct ids, a page at a time. */
function* pagesOf<Id>(ids: Iterable<Id>): Iterable<readonly Id[]> {
  const distinct = [...new Set(ids)];
  for (let at = 0; at < distinct.length; at += pageSize) yield distinct.slice(at, at + pageSize);
}
