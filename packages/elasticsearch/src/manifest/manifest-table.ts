import { randomUUID } from 'node:crypto';
import { createRecent, type DocumentId, type DocumentKey, documentKeyOf } from '@winnow/core';
import type { BulkOperation, BulkWriter } from '../bulk/bulk-writer.ts';
import type { Connection } from '../connection/connection.ts';
import { indexError } from '../connection/index-error.ts';
import { type LiveRecord, liveFields, type ManifestRecord } from './manifest-record.ts';
import { pagesOf, readRecords, type VersionedRecord } from './read-manifest.ts';

/** Rounds of compare-and-set; each round at least one of the writers that meet gets through. */
const maxRounds = 20;

/** Records that are remembered, of about 1 KB each: those of the bundles under way. */
const maxRemembered = 16_000;

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
  /**
   * As {@link readVersions}, or as this process has read or written them a moment ago: good enough to write over, since
   * the write is refused where another came first, and to conclude nothing from.
   */
  rememberedVersions(
    index: string,
    documentIds: Iterable<DocumentId>,
    signal?: AbortSignal,
  ): Promise<KnownRecords>;
  /** As {@link readByKey}, and only what a query needs. */
  readLive(
    index: string,
    keys: Iterable<DocumentKey>,
    signal?: AbortSignal,
  ): Promise<Map<DocumentKey, LiveRecord>>;
  /**
   * Changes records by compare-and-set, first of all over what is known of them. Where another writer came first, and
   * where what was known is to be left as it is, reads them and asks again.
   */
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
  /** Takes the place of what this process remembers; spares the first reading. */
  readonly known?: KnownRecords;
  /** What the writes go through; the index' write alias if left out. */
  readonly alias?: string;
}

/** What a round of compare-and-set goes by. */
interface Round {
  readonly current: KnownRecords;
  /** Of these it may be older than what stands there. */
  readonly doubtful: ReadonlySet<DocumentId>;
  readonly writeId: string;
}

/** A table over the connection and the one bulk writer. */
export function createManifestTable(connection: Connection, bulk: BulkWriter): ManifestTable {
  const recent = createRecent<string, VersionedRecord<ManifestRecord>>(maxRemembered);
  const remember = (index: string, versioned: VersionedRecord<ManifestRecord>) =>
    recent.set(`${index}/${versioned.record.document_id}`, versioned);

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
        remember(index, versioned);
      }
    }
    return found;
  }

  /** Reads what is not remembered. */
  async function look(
    index: string,
    documentIds: Iterable<DocumentId>,
    signal?: AbortSignal,
  ): Promise<{ readonly current: KnownRecords; readonly remembered: ReadonlySet<DocumentId> }> {
    const remembered = new Map<DocumentId, VersionedRecord<ManifestRecord>>();
    const missing: DocumentId[] = [];
    for (const documentId of documentIds) {
      const versioned = recent.get(`${index}/${documentId}`);
      if (versioned === null) missing.push(documentId);
      else remembered.set(documentId, versioned);
    }
    const read = await readVersions(index, missing, signal);
    return { current: new Map([...remembered, ...read]), remembered: new Set(remembered.keys()) };
  }

  /** What a round of compare-and-set goes by: only the first goes by what may be older. */
  async function lookForRound(
    index: string,
    documentIds: readonly DocumentId[],
    round: number,
    { known, signal }: UpdateOptions,
  ): Promise<Pick<Round, 'current' | 'doubtful'>> {
    if (round > 0) {
      return { current: await readVersions(index, documentIds, signal), doubtful: new Set() };
    }
    if (known !== undefined) return { current: known, doubtful: new Set(documentIds) };
    const { current, remembered } = await look(index, documentIds, signal);
    return { current, doubtful: remembered };
  }

  /** One round over one page. @returns the ids to read, and to ask for again. */
  async function updatePage(
    index: string,
    documentIds: readonly DocumentId[],
    change: RecordChange,
    { current, doubtful, writeId }: Round,
    { signal, alias }: UpdateOptions,
  ): Promise<DocumentId[]> {
    const again: DocumentId[] = [];
    const writes: (BulkOperation & { readonly record: ManifestRecord })[] = [];
    for (const documentId of documentIds) {
      const before = current.get(documentId) ?? null;
      // A conflict with what we sent ourselves: the write got through, only its answer was lost.
      if (before?.record.write_id === writeId) continue;
      const changed = change(documentId, before?.record ?? null);
      if (changed !== null) {
        const record = { ...changed, write_id: writeId };
        writes.push({ record, ...writeOf(record, before) });
      } else if (doubtful.has(documentId)) again.push(documentId);
    }
    const results = await bulk.write(index, writes, { signal, alias });
    for (const [at, { record, action }] of writes.entries()) {
      const result = results[at];
      if (result?.kind === 'conflict') again.push(record.document_id);
      else if (result?.kind !== 'done') {
        throw indexError('internal', `manifest ${index} refused an entry`, {
          context: { documentId: record.document_id, result: JSON.stringify(result ?? null) },
        });
      } else if (result.place !== null && action !== 'create') {
        // New ones are many, and taken up much later.
        remember(index, { record, ...result.place });
      }
    }
    return again;
  }

  return {
    readVersions,
    rememberedVersions: async (index, documentIds, signal) =>
      (await look(index, documentIds, signal)).current,
    readByKey: (index, keys, signal) => readFields<keyof ManifestRecord>(index, keys, { signal }),
    readLive: (index, keys, signal) => readFields(index, keys, { fields: liveFields, signal }),
    async read(index, documentIds, signal) {
      const found = await readVersions(index, documentIds, signal);
      return new Map([...found].map(([documentId, { record }]) => [documentId, record]));
    },
    async update(index, documentIds, change, options = {}) {
      for (const page of pagesOf(documentIds)) {
        const writeId = randomUUID();
        let open: readonly DocumentId[] = page;
        for (let round = 0; open.length > 0; round += 1) {
          if (round === maxRounds) {
            throw indexError('unavailable', `manifest ${index} is written by too many at once: try again`);
          }
          const looked = await lookForRound(index, open, round, options);
          open = await updatePage(index, open, change, { ...looked, writeId }, options);
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
