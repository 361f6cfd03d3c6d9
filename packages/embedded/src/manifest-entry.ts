import type {
  DocumentId,
  DocumentState,
  IngestUsage,
  ManifestEntry,
  RunId,
  Sha256,
  SourceId,
} from '@winnow/core';
import { versionOf } from './written-version.ts';

/** A row of a document table, as far as the manifest goes. */
export interface EntryRow {
  readonly id: number;
  readonly document_id: string;
  readonly source_id: string;
  readonly state: string;
  readonly revision: number;
  readonly live_revision: number | null;
  readonly chunk_count: number;
  readonly content_hash: string;
  readonly bytes: number | null;
  readonly making: string | null;
  readonly location: string;
  readonly lane: number;
  readonly attempts: number;
  readonly reason: string | null;
  readonly dismissed: number;
  readonly run_id: string;
  readonly embedded: number;
  readonly reused: number;
  readonly model_calls: number;
  readonly tokens: number;
  readonly updated_at: string;
}

export const entryColumns =
  'id, document_id, source_id, state, revision, live_revision, chunk_count, content_hash, bytes, making, location, lane, attempts, reason, dismissed, run_id, embedded, reused, model_calls, tokens, updated_at';

/** The row was written by this package, so its texts are what their types say. */
export function entryOf(row: EntryRow): ManifestEntry {
  return {
    documentId: row.document_id as DocumentId,
    sourceId: row.source_id as SourceId,
    state: row.state as DocumentState,
    revision: row.revision,
    liveRevision: row.live_revision,
    liveVersion: row.live_revision === null ? null : versionOf(row.live_revision, row.id),
    chunkCount: row.chunk_count,
    contentHash: row.content_hash as Sha256,
    bytes: row.bytes,
    making: row.making,
    location: JSON.parse(row.location),
    lane: row.lane,
    attempts: row.attempts,
    reason: row.reason === null ? null : JSON.parse(row.reason),
    dismissed: row.dismissed === 1,
    runId: row.run_id as RunId,
    usage: usageOf(row),
    updatedAt: row.updated_at,
  };
}

/** Columns that count work, as the usage they stand for. */
export function usageOf(row: {
  readonly embedded: number;
  readonly reused: number;
  readonly model_calls: number;
  readonly tokens: number;
}): IngestUsage {
  return {
    embedded: row.embedded,
    reused: row.reused,
    modelCalls: row.model_calls,
    tokens: row.tokens,
  };
}
