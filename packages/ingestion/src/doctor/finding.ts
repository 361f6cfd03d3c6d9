import type { CorpusName, DocumentId, DocumentKey, PhysicalName, SourceId, Uncovered } from '@winnow/core';
import type { DocumentIdSet } from '../planning/document-id-set.ts';

/**
 * - `missing`: at the source, and unknown to the manifest
 * - `stale`: another version is at the source
 * - `unlisted`: in the manifest, and proved to be no longer at the source
 * - `unfinished`: a version was accepted, is not searchable yet, and no run is at work on it
 * - `lost`: said to be searchable, and nothing of it is in the index
 * - `half`: in the index with fewer or more chunks than it has
 * - `wrong-vector`: some of its chunks cannot be found as they should
 * - `orphan`: chunks in the index that belong to nobody
 */
export const findingKinds = [
  'missing',
  'stale',
  'unlisted',
  'unfinished',
  'lost',
  'half',
  'wrong-vector',
  'orphan',
] as const;
export type FindingKind = (typeof findingKinds)[number];

export interface Finding {
  readonly kind: FindingKind;
  /** Null for chunks whose document nobody knows. */
  readonly documentId: DocumentId | null;
  readonly documentKey: DocumentKey;
  /** Null for chunks that belong to nobody. */
  readonly sourceId: SourceId | null;
  /** What is wrong, in a sentence. */
  readonly message: string;
  /** Of chunks that belong to nobody: which writing they are of. */
  readonly version: string | null;
}

/** What was compared, and where it differs. */
export interface DoctorReport {
  readonly corpus: CorpusName;
  readonly generation: number;
  readonly physicalName: PhysicalName;
  readonly checked: {
    /** Documents that the sources listed; null where no source could be looked at, or none was to be. */
    readonly source: number | null;
    /** Documents of the manifest, deleted ones left out. */
    readonly manifest: number;
    /** Versions of documents in the index. */
    readonly index: number;
  };
  /** Whether every place of every source could be looked into. */
  readonly covered: boolean;
  /** Where it could not: nothing there counts as unlisted. */
  readonly uncovered: readonly Uncovered[];
  readonly counts: Readonly<Record<FindingKind, number>>;
  /** Of all kinds together. */
  readonly total: number;
  /** The first ones, up to the bound that was asked for. */
  readonly findings: readonly Finding[];
  /** Things that are being changed right now, and left alone for it. */
  readonly young: number;
  /** Every document that a finding is about, those beyond the bound too. */
  readonly damaged: DocumentIdSet;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
}

export interface ExamineOptions {
  /** False leaves the sources alone: only manifest and index are compared. */
  readonly sources?: boolean;
  /** While a run is at work: what changed within this time is not looked at; 60 s if not given. */
  readonly graceMs?: number;
  /** Findings that the report keeps; 10,000 if not given. */
  readonly maxFindings?: number;
  /** Gets every finding, those that the report has no room for too. */
  readonly onFinding?: (finding: Finding) => void;
  /** @param checked listed documents, manifest entries and versions in the index so far. */
  readonly onProgress?: (checked: number) => void;
}
