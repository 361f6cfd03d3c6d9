import {
  type DocumentId,
  type DocumentKey,
  type DocumentState,
  documentKeyOf,
  type FailureCode,
  type FailureReason,
  firstMaking,
  type ManifestEntry,
  onlySourceId,
  type RunId,
  type Sha256,
  type SourceId,
  type SourceLocation,
} from '@winnow/core';
import { codeUnitOrder } from './code-unit-order.ts';

/**
 * A manifest entry as it is kept. `location` and `reason` are JSON. What may be left out is not in the records of
 * version 1.
 */
export interface ManifestRecord {
  readonly document_id: DocumentId;
  readonly document_key: DocumentKey;
  /** {@link codeUnitOrder} of the document id. */
  readonly export_order: string;
  readonly source_id?: SourceId;
  readonly state: DocumentState;
  readonly revision: number;
  readonly live_revision: number | null;
  /** {@link versionOf} the chunks that readers see; null where there are none to see. */
  readonly live_version: string | null;
  readonly chunk_count: number;
  readonly content_hash: Sha256;
  readonly bytes?: number | null;
  readonly location: string;
  readonly making?: string | null;
  readonly lane: number;
  readonly attempts: number;
  readonly reason: string | null;
  /** The code in `reason`, to be searched by. */
  readonly cause?: FailureCode | null;
  readonly dismissed?: boolean;
  readonly run_id: RunId;
  readonly embedded: number;
  readonly reused: number;
  readonly model_calls: number;
  readonly tokens: number;
  readonly updated_at: string;
  /** Of the call that wrote it, by which that call knows its own write again. */
  readonly write_id: string;
}

/** What a query needs to know of a document. */
export const liveFields = [
  'document_key',
  'document_id',
  'live_version',
  'live_revision',
  'chunk_count',
  'updated_at',
] as const satisfies readonly (keyof ManifestRecord)[];

export type LiveRecord = Pick<ManifestRecord, (typeof liveFields)[number]>;

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
    bytes: null,
    location: '{}',
    making: null,
    lane: 0,
    attempts: 0,
    reason: null,
    cause: null,
    dismissed: false,
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
  const isLive = record.live_revision !== null;
  return {
    documentId: record.document_id,
    sourceId: record.source_id ?? onlySourceId,
    state: record.state,
    revision: record.revision,
    liveRevision: record.live_revision,
    liveVersion: record.live_version,
    chunkCount: record.chunk_count,
    contentHash: record.content_hash,
    bytes: record.bytes ?? null,
    making: isLive ? (record.making ?? firstMaking) : null,
    location: JSON.parse(record.location) as SourceLocation,
    lane: record.lane,
    attempts: record.attempts,
    reason: record.reason === null ? null : (JSON.parse(record.reason) as FailureReason),
    dismissed: record.dismissed ?? false,
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

/** The fields that say why a version failed. */
export function failureFields(reason: FailureReason | null): Pick<ManifestRecord, 'reason' | 'cause'> {
  if (reason === null) return { reason: null, cause: null };
  return { reason: JSON.stringify(reason), cause: reason.code };
}
