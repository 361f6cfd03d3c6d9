import type { DocumentRevision, FailureReason, StoredChunk } from '../document.ts';
import type { Filter } from '../filter.ts';
import type { ChunkId, DocumentId, DocumentKey, EmbeddingKey, GenerationRef, RunId } from '../ids.ts';
import type { KeptDocument } from './kept-document.ts';
import type { RevisionRef } from './manifest.ts';
import type { TokenVectors } from './models.ts';

/**
 * - `committed`: this revision is what readers see
 * - `superseded`: a newer version or a delete came first, or it was given up; nothing of this revision stays
 * - `rejected`: the index refused the document itself; a retry would end the same way
 */
export type CommitResult = RevisionRef &
  (
    | { readonly outcome: 'committed' | 'superseded' }
    | { readonly outcome: 'rejected'; readonly reason: FailureReason }
  );

/** Chunks of one or more generations: written by revision, read only where live. */
export interface ChunkIndex {
  /**
   * The commit protocol: writes the chunks, makes them visible, flips `liveRevision` by compare-and-set if
   * the revision is still the newest and pending, then removes the revision before it. A reader sees all of one
   * revision or none, at every moment and after a crash at any point. Safe to repeat.
   * A `rejected` document is not changed in the manifest: the caller decides.
   */
  commit(
    ref: GenerationRef,
    revisions: readonly DocumentRevision[],
    signal: AbortSignal,
    options?: CommitOptions,
  ): Promise<readonly CommitResult[]>;
  /**
   * Tombstones documents that still have that revision (next revision, `deleted`, by that run) and removes their
   * chunks. Unknown ids: nothing happens.
   * @returns those that were removed.
   * @throws AppError `canceled` if another run was admitted to the manifest.
   */
  remove(
    ref: GenerationRef,
    runId: RunId,
    documents: readonly RevisionRef[],
    signal: AbortSignal,
  ): Promise<readonly RevisionRef[]>;
  /**
   * Told that a recall will be asked for in a moment, while its query is embedded: what takes a while the first time is
   * begun meanwhile. What is wrong with the index is told by the recall.
   */
  getReady(ref: GenerationRef): void;
  /**
   * Both legs in one round trip, filters inside both, and what is wanted of their hits in one more at most. Hits are of
   * live revisions only, best first, ties by chunk id.
   * @throws AppError `invalid_argument` if the vector's length is not the index' dimensions.
   */
  recall(ref: GenerationRef, query: RecallQuery): Promise<RecallResult>;
  /** Live chunks of one document by position; all of them, or those from `positions.from` to `positions.to` inclusive. */
  ofDocument(
    ref: GenerationRef,
    documentId: DocumentId,
    positions?: { readonly from: number; readonly to: number },
  ): Promise<readonly StoredChunk[]>;
  /**
   * Live chunks of parts of documents, all together: for each part as {@link ofDocument} gives them. Parts may overlap.
   * A bounded number of requests at a time, however many parts there are.
   */
  ofDocuments(
    ref: GenerationRef,
    parts: readonly DocumentPart[],
    signal: AbortSignal,
  ): Promise<readonly (readonly StoredChunk[])[]>;
  /**
   * All live chunks, ordered by document id (by code unit) and position. Vectors only if asked for. A document of
   * which chunks are lost comes with those that are left, and is named.
   */
  export(ref: GenerationRef, options: ExportOptions): AsyncIterable<ExportedChunk>;
  /**
   * Documents as they are kept, each whole at one moment: entry and chunks are of the same writing, however many
   * commits go on meanwhile. In the order asked for; ids without an entry are left out.
   */
  documents(
    ref: GenerationRef,
    documentIds: readonly DocumentId[],
    signal: AbortSignal,
  ): Promise<readonly KeptDocument[]>;
  /** Vectors that the generation already holds, bit for bit as they were written; broken ones count as none. */
  vectorsByKey(
    ref: GenerationRef,
    keys: readonly EmbeddingKey[],
  ): Promise<ReadonlyMap<EmbeddingKey, Float32Array>>;
  /**
   * Token vectors that the generation holds, in one request: of any chunk with the key, live or not, since equal keys mean
   * equal ones. Keys without any are left out.
   */
  tokenVectorsByKey(
    ref: GenerationRef,
    keys: readonly EmbeddingKey[],
  ): Promise<ReadonlyMap<EmbeddingKey, TokenVectors>>;
  /** In how many chunks each model token stands, and how many chunks there are. May count dead revisions too. */
  tokenFrequencies(ref: GenerationRef, tokens: readonly string[]): Promise<TokenFrequencies>;
  /**
   * What the index really holds, whether the manifest knows of it or not: versions of documents in order of document
   * key, then version. Includes every finished write.
   */
  census(ref: GenerationRef, query: CensusQuery, signal: AbortSignal): Promise<readonly IndexedVersion[]>;
  /** The ids of documents that the index holds chunks of, for keys that the manifest does not know. */
  identify(ref: GenerationRef, keys: readonly DocumentKey[]): Promise<ReadonlyMap<DocumentKey, DocumentId>>;
  /**
   * Removes chunks of versions that nobody reads and nobody can make readable any more, after looking at the
   * manifest again: what is live, or may yet be, stays.
   * @returns how many chunks were removed.
   */
  discard(ref: GenerationRef, versions: readonly DiscardedVersion[], signal: AbortSignal): Promise<number>;
  /**
   * Told that much was written: what lies there in many pieces is put together by and by, so that it is searched faster.
   * Readers see what they saw before.
   */
  compact(ref: GenerationRef): Promise<void>;
}

/** Chunks of a document by position, both ends included. */
export interface DocumentPart {
  readonly documentId: DocumentId;
  readonly from: number;
  readonly to: number;
}

/** A version of a document whose chunks are to go; null: every version of the document. */
export interface DiscardedVersion {
  readonly documentKey: DocumentKey;
  readonly version: string | null;
}

export interface CommitOptions {
  /** Nobody reads the generation before it is published: what is written need not be visible until then. */
  readonly unread?: boolean;
}

export interface ExportOptions {
  readonly vectors: boolean;
  readonly signal: AbortSignal;
  /** Told of each document that lacks chunks. */
  readonly onDamaged?: (documentId: DocumentId) => void;
}

export interface CensusQuery {
  /** Only versions behind this one. */
  readonly after?: Pick<IndexedVersion, 'documentKey' | 'version'>;
  readonly limit: number;
}

/** What the index holds of one writing of a document. */
export interface IndexedVersion {
  readonly documentKey: DocumentKey;
  /** Names the writing; live where the manifest entry's `liveVersion` is the same. */
  readonly version: string;
  readonly revision: number;
  readonly chunks: number;
  /** Chunks that cannot be found as they should: without a vector, or with one of another length than 1. */
  readonly broken: number;
}

export interface ExportedChunk extends StoredChunk {
  /** Null where it was not asked for, or is broken. */
  readonly vector: Float32Array | null;
}

export interface TokenFrequencies {
  readonly chunks: number;
  /** In the order of the tokens asked for. */
  readonly counts: readonly number[];
}

export interface RecallQuery {
  /**
   * Search terms of the query; null leaves the BM25 leg out. An empty list finds nothing. One that stands n times
   * counts n-fold. How many distinct ones are looked for is bounded, and how much is looked at for them.
   */
  readonly terms: readonly string[] | null;
  /** L2-normalised; null leaves the dense leg out. */
  readonly vector: Float32Array | null;
  /** Hits per leg. */
  readonly k: number;
  readonly filter: Filter | null;
  readonly signal: AbortSignal;
  /**
   * Which of the hits are looked at; all where left out. A store whose chunks take a request reads these alone, all
   * together. May be asked more than once, and of hits that turn out not to be live.
   */
  readonly wanted?: (found: RecallLegs<ScoredChunk>) => WantedChunks;
}

/** What a search looks at of its hits. */
export interface WantedChunks {
  readonly texts: readonly ChunkId[];
  /** Those that chunks around are wanted of, too, that many before and after. */
  readonly around: { readonly of: readonly ChunkId[]; readonly reach: number };
  /** Those whose token vectors will be asked for by {@link ChunkIndex.tokenVectorsByKey} in a moment. */
  readonly tokenVectors: readonly ChunkId[];
}

/** What each leg found, best first; chunk ids distinct. */
export interface RecallLegs<Hit extends ScoredChunk = RecallHit> {
  /** BM25 with k1 1.2 and b 0.75; scores > 0. */
  readonly bm25: readonly Hit[];
  /** Cosine similarity, -1…1. */
  readonly dense: readonly Hit[];
}

export interface RecallResult extends RecallLegs {
  /** Every chunk of either leg; where the query says which are wanted, those at least. */
  readonly chunks: ReadonlyMap<ChunkId, StoredChunk>;
  /** What stands around hits, each itself included, by position: as far as it came along with them. */
  readonly around: ReadonlyMap<ChunkId, readonly StoredChunk[]>;
  /** Distinct terms that were not looked for, since the query has more than one search may cost. */
  readonly termsLeftOut: number;
}

export interface ScoredChunk {
  readonly chunkId: ChunkId;
  readonly score: number;
}

export interface RecallHit extends ScoredChunk {
  readonly documentId: DocumentId;
  /** Of the chunk in its document, from 0. */
  readonly position: number;
}
