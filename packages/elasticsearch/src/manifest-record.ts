import {
  type DocumentId,
  type DocumentKey,
  type DocumentState,
  documentKeyOf,
  type FailureReason,
  type ManifestEntry,
  type RunId,
  type Sha256,
  type SourceLocation,
} from '@winnow/core';
import { codeUnitOrder } from './code-unit-order.ts';

/** A manifest entry as it is kept. `location` and `reason` are JSON. */
export interface ManifestRecord {
  readonly document_id: DocumentId;
  readonly document_key: DocumentKey;
  /** {@link codeUnitOrder} of the document id. */
  readonly export_order: string;
  readonly state: DocumentState;
  readonly revision: number;
  readonly live_revision: number | null;
  /** {@link versionOf} the chunks that readers see; null where there are none to see. */
  readonly live_version: string | null;
  readonly chunk_count: number;
  readonly content_hash: Sha256;
  readonly location: string;
  readonly lane: number;
  readonly attempts: number;
  readonly reason: string | null;
  readonly run_id: RunId;
  readonly embedded: number;
  readonly reused: number;
  readonly model_calls: number;
  readonly tokens: number;
  readonly updated_at: string;
  /** Of the call that wrote it, by which that call knows its own write again. */
  readonly write_id: string;
}

/**
 * Names one writing of a document: `REVISION.HASH`. Two workers on the same revision may have read different
 * bytes; with the hash in it their chunks never mix, and the one that flips the manifest first wins.
 */
export function versionOf(revision: number, contentHash: Sha256): string {
  return `${revision}.${contentHash.slice(0, 16)}`;
}

/** The revision that a {@link versionOf} was made for. */
export function revisionOfVersion(version: string): number {
  return Number.parseInt(version, 10);
}

/** `_id` of a chunk: where each chunk of a version is can be told from its manifest entry alone. */
export function chunkDocumentId(key: DocumentKey, version: string, position: number): string {
  return `${key}.${version}.${position}`;
}

/** `_id` of every chunk that readers see of a document. */
export function liveChunkIds(record: ManifestRecord): string[] {
  const { live_version: version, document_key: key } = record;
  if (version === null) return [];
  return Array.from({ length: record.chunk_count }, (_, position) => chunkDocumentId(key, version, position));
}

/** A new document's record before anything was accepted: revision 0. */
export function blankRecord(documentId: DocumentId, runId: RunId, contentHash: Sha256): ManifestRecord {
  return {
    document_id: documentId,
    document_key: documentKeyOf(documentId),
    export_order: codeUnitOrder(documentId),
    state: 'pending',
    revision: 0,
    live_revision: null,
    live_version: null,
    chunk_count: 0,
    content_hash: contentHash,
    location: '{}',
    lane: 0,
    attempts: 0,
    reason: null,
    run_id: runId,
    ...noWork,
    updated_at: '',
    write_id: '',
  };
}

/** The usage fields of a version that took nothing yet. */
export const noWork = { embedded: 0, reused: 0, model_calls: 0, tokens: 0 };

/** The entry that a record holds. */
export function entryOf(record: ManifestRecord): ManifestEntry {
  return {
    documentId: record.document_id,
    state: record.state,
    revision: record.revision,
    liveRevision: record.live_revision,
    chunkCount: record.chunk_count,
    contentHash: record.content_hash,
    location: JSON.parse(record.location) as SourceLocation,
    lane: record.lane,
    attempts: record.attempts,
    reason: record.reason === null ? null : (JSON.parse(record.reason) as FailureReason),
    runId: record.run_id,
    usage: {
      embedded: record.embedded,
      reused: record.reused,
      modelCalls: record.model_calls,
      tokens: record.tokens,
    },
    updatedAt: record.updated_at,
  };
}
