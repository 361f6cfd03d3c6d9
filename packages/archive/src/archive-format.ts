import {
  type ArchivedContent,
  type ChunkId,
  type Corpus,
  type DocumentId,
  type EmbeddingKey,
  type FailureReason,
  type Generation,
  type GoldenQuery,
  type Metadata,
  type Place,
  type Sha256,
  type SourceId,
  type SourceLocation,
  sha256,
} from '@winnow/core';

/** What the first line of every archive says it is. */
export const archiveFormat = 'winnow-archive';

/** The version of archives that this code writes, and the newest that it reads. docs/archive-format.md describes it. */
export const archiveVersion = 2;

/** A longer line is not one of an archive: a passage of a document of 32 MiB, and what JSON makes of it, is shorter. */
export const maxLineBytes = 64 * 1024 * 1024;

/**
 * Stands in a manifest for the hash of a version that is not known, and of nothing that a source can hold: its document
 * counts as changed as soon as its source is looked at.
 */
export const unknownHash = sha256('winnow-archive: content of an earlier version');

/** What documents an archive holds. */
export interface ArchiveCounts {
  /** Lines of kind `document`. */
  readonly documents: number;
  /** Of them, those with chunks that can be searched, or that are searchable and have none. */
  readonly searchable: number;
  readonly chunks: number;
  /** Of them, those in the inbox, dismissed ones included. */
  readonly failed: number;
  readonly omitted: number;
  readonly goldenQueries: number;
  /** Lines of kind `pushed`. */
  readonly pushed: number;
}

/** Of a corpus, what makes it what it is on any machine. */
type ArchivedCorpus = Pick<
  Corpus,
  | 'name'
  | 'language'
  | 'sources'
  | 'deletionGuard'
  | 'verification'
  | 'keepRetiredHours'
  | 'recording'
  | 'golden'
> & {
  /** Left out where there are none. */
  readonly removedSources?: Corpus['removedSources'];
};

/** Of the generation that readers see, what decides what stands in it. */
export type ArchivedGeneration = Pick<
  Generation,
  'embedder' | 'dimensions' | 'chunking' | 'fingerprints' | 'wholeFingerprint'
>;

/** The first line. */
export interface ArchiveHeader {
  readonly kind: 'header';
  readonly format: typeof archiveFormat;
  readonly version: number;
  readonly corpus: ArchivedCorpus;
  readonly generation: ArchivedGeneration;
  /** As it began; what an ingest changed meanwhile is in the last line's counts. */
  readonly counts: Pick<ArchiveCounts, 'searchable' | 'chunks' | 'failed'>;
}

/** A document, followed by a line for each of its chunks. In order of document key. */
export interface DocumentLine {
  readonly kind: 'document';
  readonly documentId: DocumentId;
  readonly sourceId: SourceId;
  /** Of the version that the rest is about; null where a newer one was under way: it counts as changed. */
  readonly contentHash: Sha256 | null;
  readonly bytes: number | null;
  readonly location: SourceLocation;
  /** Null where no version can be searched. */
  readonly live: {
    readonly title: string;
    readonly metadata: Metadata;
    readonly making: string;
    /** Lines that follow. */
    readonly chunks: number;
  } | null;
  /** Why its newest version is in the inbox; null where it is not. */
  readonly failed: (FailureReason & { readonly dismissed: boolean }) | null;
}

export interface ChunkLine extends Place {
  readonly kind: 'chunk';
  readonly chunkId: ChunkId;
  readonly position: number;
  readonly start: number;
  readonly end: number;
  readonly headings: readonly string[];
  readonly text: string;
  readonly tokenCount: number;
  readonly embeddingKey: EmbeddingKey;
  /** Base64 of 32-bit numbers, little-endian. */
  readonly vector: string;
  /** Base64 of its token vectors as late interaction has written them, which carry their version. Absent where there are none. */
  readonly tokenVectors?: string;
}

/**
 * A document that could not be archived. `damaged`: chunks or vectors of it are lost. `unfinished`: its first version
 * was accepted and not searchable yet.
 */
export interface OmittedLine {
  readonly kind: 'omitted';
  readonly documentId: DocumentId;
  readonly why: 'damaged' | 'unfinished';
}

/**
 * What is known of a document that was pushed, or was and is deleted, so that what is older is still refused; behind the
 * documents, by source and document key. Read after the document itself: it may be of a newer version, and of an older
 * one never.
 */
export interface PushedLine extends ArchivedContent {
  readonly kind: 'pushed';
  readonly sourceId: SourceId;
}

/** A golden query; behind what was pushed, by id. */
export interface GoldenLine extends GoldenQuery {
  readonly kind: 'golden';
}

/** The last line: without it, the archive was cut off. */
export interface EndLine extends ArchiveCounts {
  readonly kind: 'end';
  /** SHA-256 of all lines before, line feeds included. */
  readonly sha256: Sha256;
}

export type BodyLine = DocumentLine | ChunkLine | OmittedLine | PushedLine | GoldenLine;
