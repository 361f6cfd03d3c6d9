import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { estypes } from '@elastic/elasticsearch';
import {
  type ContentChange,
  type ContentEntry,
  type ContentOutcome,
  type ContentRecord,
  type ContentStore,
  type DocumentId,
  type DocumentKey,
  decideContent,
  documentKeyOf,
  recordOfArchived,
  type Sha256,
} from '@winnow/core';
import type { Connection } from '../connection/connection.ts';
import { indexError } from '../connection/index-error.ts';
import { missingItemError } from '../connection/server-fault.ts';
import type { SystemIndex } from '../indexes/system-indexes.ts';
import type { RecordLog } from './record-log.ts';
import type { RecordTable, StoredRecord } from './record-table.ts';

/** A pushed document as it is kept. */
export interface StoredContent extends StoredRecord {
  readonly place: string;
  readonly document_key: string;
  readonly document_id: string;
  readonly sequence: number;
  readonly version: number | null;
  readonly is_deleted: boolean;
  readonly content_hash: string;
  readonly bytes: number | null;
  /** Compressed, as base64; null where the document is deleted, or its bytes are not here. */
  readonly content: string | null;
}

export interface ContentStorePorts {
  readonly connection: Connection;
  readonly inContents: SystemIndex;
  readonly table: RecordTable<StoredContent>;
  readonly log: RecordLog<StoredContent>;
}

/** Documents that are written at once. */
const writesAtOnce = 16;
/** Rounds in which a document that others push at the same time is decided on anew. */
const maxRounds = 20;
const columns = ['document_id', 'sequence', 'version', 'is_deleted', 'content_hash', 'bytes'];

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Pushed documents in one index over all corpora. */
export function createContentStore({ connection, inContents, table, log }: ContentStorePorts): ContentStore {
  const { index } = inContents;

  /** Changes of one document, one after the other. */
  async function putAll(
    place: string,
    changes: readonly ContentChange[],
  ): Promise<readonly ContentOutcome[]> {
    const outcomes: ContentOutcome[] = [];
    for (const change of changes) outcomes.push(await putOne(place, change));
    return outcomes;
  }

  async function putOne(place: string, change: ContentChange): Promise<ContentOutcome> {
    const id = idOf(place, documentKeyOf(change.documentId));
    const content =
      change.content === null ? null : (await compress(change.content.content)).toString('base64');
    for (let round = 0; round < maxRounds; round += 1) {
      let outcome: ContentOutcome | null = null;
      const decide = (current: ContentRecord | null): StoredContent | null => {
        const decided = decideContent(current, change, new Date());
        outcome = decided.outcome;
        return decided.record === null ? null : storedOf(place, decided.record, content);
      };
      const known = await table.update(id, (stored) => decide(recordOf(stored)));
      if (known !== null && outcome !== null) return outcome;
      const made = decide(null);
      if (made === null || (await table.create(id, made))) return outcome ?? 'same';
    }
    throw indexError('unavailable', 'a document is pushed by too many at once: try again');
  }

  return {
    async put(place, changes) {
      const byDocument = [...Map.groupBy(changes.entries(), ([, { documentId }]) => documentId).values()];
      const outcomes: ContentOutcome[] = [];
      const workers = Array.from({ length: Math.min(writesAtOnce, byDocument.length) }, async () => {
        for (let own = byDocument.pop(); own !== undefined; own = byDocument.pop()) {
          const decided = await putAll(
            place,
            own.map(([, change]) => change),
          );
          for (const [at, [position]] of own.entries()) outcomes[position] = decided[at] ?? 'same';
        }
      });
      await Promise.all(workers);
      return outcomes;
    },

    async restore(place, archived) {
      await log.add(
        archived.map((each) => ({
          id: idOf(place, documentKeyOf(each.documentId)),
          stored: storedOf(place, recordOfArchived(each), null),
        })),
      );
    },

    async get(place, documentId) {
      const stored = await table.read(idOf(place, documentKeyOf(documentId)));
      if (stored === null || stored.content === null) return null;
      const { contentHash, mediaType, title, metadata } = recordOf(stored);
      const content = await decompress(Buffer.from(stored.content, 'base64'));
      return { documentId, contentHash, mediaType, title, metadata, content };
    },

    async entries(place, documentIds) {
      const found = new Map<DocumentId, ContentEntry>();
      if (documentIds.length === 0 || !(await inContents.isThere())) return found;
      const ids = documentIds.map((id) => idOf(place, documentKeyOf(id)));
      const answer = await connection.read((client, options) =>
        client.mget<StoredContent>({ index, ids, _source_includes: columns }, options),
      );
      for (const doc of answer.docs) {
        if ('error' in doc) throw missingItemError(doc.error, index, connection.address);
        if (!doc.found || doc._source === undefined) continue;
        const entry = entryOf(doc._source);
        found.set(entry.documentId, entry);
      }
      return found;
    },

    async list(place, { after, limit }) {
      if (!(await inContents.isThere())) return [];
      await connection.read((client, options) => client.indices.refresh({ index }, options));
      const answer = await connection.read((client, options) =>
        client.search(
          {
            index,
            query: { bool: { filter: [{ term: { place } }] } },
            sort: [{ document_key: 'asc' }],
            size: limit,
            ...(after !== null && { search_after: [after] }),
            _source: false,
            docvalue_fields: columns,
            track_total_hits: false,
            allow_partial_search_results: false,
          },
          options,
        ),
      );
      return answer.hits.hits.map(entryOfColumns);
    },

    async clear(place) {
      await log.remove({ term: { place } });
    },
  };
}

function idOf(place: string, documentKey: DocumentKey): string {
  return `${place}.${documentKey}`;
}

function recordOf({ record }: StoredContent): ContentRecord {
  return JSON.parse(record) as ContentRecord;
}

function storedOf(place: string, record: ContentRecord, content: string | null): StoredContent {
  return {
    place,
    document_key: documentKeyOf(record.documentId),
    document_id: record.documentId,
    sequence: record.sequence,
    version: record.version,
    is_deleted: record.isDeleted,
    content_hash: record.contentHash,
    bytes: record.bytes,
    record: JSON.stringify(record),
    content: record.isDeleted ? null : content,
  };
}

function entryOf(stored: Omit<StoredContent, 'record' | 'content'>): ContentEntry {
  return {
    documentId: stored.document_id as DocumentId,
    sequence: stored.sequence,
    version: stored.version ?? null,
    isDeleted: stored.is_deleted,
    contentHash: stored.content_hash as Sha256,
    bytes: stored.bytes,
  };
}

function entryOfColumns({ fields = {} }: estypes.SearchHit): ContentEntry {
  const value = (name: string) => (fields[name] as readonly unknown[] | undefined)?.[0] ?? null;
  return {
    documentId: value('document_id') as DocumentId,
    sequence: value('sequence') as number,
    version: value('version') as number | null,
    isDeleted: value('is_deleted') as boolean,
    contentHash: value('content_hash') as Sha256,
    bytes: value('bytes') as number | null,
  };
}
