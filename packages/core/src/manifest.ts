import { type FailureReason, type IngestUsage, noUsage, type SourceLocation } from './document.ts';
import type { DocumentId, RunId, Sha256, SourceId } from './ids.ts';

/**
 * - `pending`: a newer version is accepted and not yet searchable; the old one, if any, still is
 * - `live`: the newest accepted version is searchable
 * - `failed`: the newest accepted version ended in the inbox with a reason; an older one may be searchable.
 *   That version has ended for good: who tries again does so with a further one
 * - `deleted`: a tombstone, kept as long as the generation, so that no late retry brings the document back
 */
export const documentStates = ['pending', 'live', 'failed', 'deleted'] as const;
export type DocumentState = (typeof documentStates)[number];

/** A document's line in the manifest of one generation: the record of truth. */
export interface ManifestEntry {
  readonly documentId: DocumentId;
  /** The source it comes from. */
  readonly sourceId: SourceId;
  readonly state: DocumentState;
  /** Of the newest accepted version; grows by 1 with each change or delete, from 1. */
  readonly revision: number;
  /** The version that readers see; null before the first commit and after a delete. */
  readonly liveRevision: number | null;
  /** Names the writing of it that readers see, as {@link IndexedVersion} does; null where there is none. */
  readonly liveVersion: string | null;
  /** Chunks of the live revision. */
  readonly chunkCount: number;
  /** Of the newest accepted version. */
  readonly contentHash: Sha256;
  /** Of the newest accepted version, in bytes; null where it is not known. */
  readonly bytes: number | null;
  readonly location: SourceLocation;
  /** `makingOf` what the live revision was made with; null where nothing is live. */
  readonly making: string | null;
  /** Which of the run's chains of jobs takes this document: `0 … laneCount - 1`. */
  readonly lane: number;
  /** Times a worker took this revision up; a document that kills its worker is given up after some. */
  readonly attempts: number;
  readonly reason: FailureReason | null;
  /** A failed document that somebody has looked at and wants to hear no more of, until it changes. */
  readonly dismissed: boolean;
  /** The run that accepted the newest version. */
  readonly runId: RunId;
  /** What the last commit took. */
  readonly usage: IngestUsage;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
}

/** Chains of jobs a run is spread over: its admission window, since each chain has one job at a time. */
export const laneCount = 4;

/** Documents and work of a generation, or of one run in it. */
export interface Tally {
  readonly pending: number;
  readonly live: number;
  /** Dismissed ones included. */
  readonly failed: number;
  readonly dismissed: number;
  readonly deleted: number;
  /** Documents with a live revision, whatever the state of their newest one. */
  readonly searchable: number;
  /** Chunks of live revisions. */
  readonly chunks: number;
  readonly usage: IngestUsage;
}

/** Of a generation that holds nothing. */
export const emptyTally: Tally = {
  pending: 0,
  live: 0,
  failed: 0,
  dismissed: 0,
  deleted: 0,
  searchable: 0,
  chunks: 0,
  usage: noUsage,
};
