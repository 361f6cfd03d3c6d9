import type { Corpus } from '../corpus.ts';
import type { DocumentRevision, FailureReason, SourceLocation, StoredChunk } from '../document.ts';
import type { Filter } from '../filter.ts';
import type { ChunkId, CorpusName, DocumentId, EmbeddingKey, GenerationRef, RunId, Sha256 } from '../ids.ts';
import type { DocumentState, ManifestEntry, Tally } from '../manifest.ts';
import type { Run } from '../run.ts';

/**
 * Everything durable of Winnow behind one port: corpora, runs, manifest and chunks. Two adapters, one
 * SQLite file and Elasticsearch, pass one conformance suite (`testkit`).
 *
 * Every method throws AppError: `unavailable` or `deadline_exceeded` where the backend does not answer,
 * `resource_exhausted` where it is full, `failed_precondition` where its data do not fit.
 */
export interface Store {
  readonly kind: 'embedded' | 'elasticsearch';
  readonly corpora: CorpusStore;
  readonly runs: RunStore;
  readonly manifest: Manifest;
  readonly chunks: ChunkIndex;
  /** Resolves if the backend answers and has a version we work with. */
  check(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface CorpusStore {
  /**
   * Keeps the corpus and makes its first generation ready to be written and read.
   * @throws AppError `failed_precondition` if the name is taken or a leftover index has other dimensions.
   */
  create(corpus: Corpus): Promise<void>;
  /** @returns null if there is none. */
  get(name: CorpusName): Promise<Corpus | null>;
  /** Ordered by name. */
  list(): Promise<readonly Corpus[]>;
  /** Removes the corpus with its generations, manifest and runs. Not there: nothing happens. */
  delete(name: CorpusName): Promise<void>;
}

export interface RunStore {
  create(run: Run): Promise<void>;
  get(runId: RunId): Promise<Run | null>;
  /**
   * Changes a run by compare-and-set, reading again where another writer came first.
   * @param change gets the run as it is; returns null to leave it so. May be called more than once.
   * @returns the run as it now is.
   * @throws AppError `not_found`.
   */
  update(runId: RunId, change: (run: Run) => Run | null): Promise<Run>;
  /** Newest first. */
  list(corpus: CorpusName, limit: number): Promise<readonly Run[]>;
  /** Runs that are planning or running, of any corpus, oldest first. */
  active(): Promise<readonly Run[]>;
}

/** A version of a document that a run accepts, or a failure to read it. */
export interface NewRevision {
  readonly documentId: DocumentId;
  readonly contentHash: Sha256;
  readonly location: SourceLocation;
  readonly lane: number;
  /** Set where the document could not even be read: it goes to `failed` at once. */
  readonly reason: FailureReason | null;
}

/** The record of truth: every document's state in a generation. */
export interface Manifest {
  /** Reads what is newest, not what was last refreshed. Ids without an entry are absent from the map. */
  get(
    ref: GenerationRef,
    documentIds: readonly DocumentId[],
  ): Promise<ReadonlyMap<DocumentId, ManifestEntry>>;
  /**
   * Writes each as `pending` (or `failed`, with its reason) with the next revision, attempts 0 and no
   * usage, keeping what is live. The last of two writers of one document wins with the higher revision.
   */
  accept(ref: GenerationRef, runId: RunId, revisions: readonly NewRevision[]): Promise<void>;
  /** Hands entries that are still `pending` over to another run; attempts start again. */
  adopt(ref: GenerationRef, runId: RunId, documentIds: readonly DocumentId[]): Promise<void>;
  /** Counts one more attempt on each entry that is still pending at that revision. */
  countAttempt(ref: GenerationRef, documents: readonly RevisionRef[]): Promise<void>;
  /** Moves an entry to `failed` if that revision is still the newest and pending; what is live stays live. */
  fail(
    ref: GenerationRef,
    documents: readonly (RevisionRef & { readonly reason: FailureReason })[],
  ): Promise<void>;
  /**
   * Entries in order of document key, a page at a time.
   * @param query.after the last document id of the page before.
   * @returns at most `limit` entries; includes every write that was finished before the call.
   */
  list(ref: GenerationRef, query: ManifestQuery): Promise<readonly ManifestEntry[]>;
  /** Counts over the generation, or over the entries that one run accepted. Includes every finished write. */
  tally(ref: GenerationRef, runId?: RunId): Promise<Tally>;
}

export interface RevisionRef {
  readonly documentId: DocumentId;
  readonly revision: number;
}

export interface ManifestQuery {
  readonly states?: readonly DocumentState[];
  readonly runId?: RunId;
  readonly lane?: number;
  readonly after?: DocumentId;
  readonly limit: number;
}

/**
 * - `committed`: this revision is what readers see
 * - `superseded`: a newer version or a delete came first; nothing of this revision stays
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
   * the revision is still the newest, then removes the revision before it. A reader sees all of one
   * revision or none, at every moment and after a crash at any point. Safe to repeat.
   * A `rejected` document is not changed in the manifest: the caller decides.
   */
  commit(
    ref: GenerationRef,
    revisions: readonly DocumentRevision[],
    signal: AbortSignal,
  ): Promise<readonly CommitResult[]>;
  /** Tombstones documents (next revision, `deleted`, by that run) and removes their chunks. Unknown ids: nothing happens. */
  remove(
    ref: GenerationRef,
    runId: RunId,
    documentIds: readonly DocumentId[],
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Both legs in one round trip, filters inside both. Hits are of live revisions only, best first, ties by chunk id.
   * @throws AppError `invalid_argument` if the vector's length is not the index' dimensions.
   */
  recall(ref: GenerationRef, query: RecallQuery): Promise<RecallResult>;
  /** Live chunks of one document by position; all of them, or those from `positions.from` to `positions.to` inclusive. */
  ofDocument(
    ref: GenerationRef,
    documentId: DocumentId,
    positions?: { readonly from: number; readonly to: number },
  ): Promise<readonly StoredChunk[]>;
  /** All live chunks, ordered by document id (by code unit) and position. Vectors only if asked for. */
  export(
    ref: GenerationRef,
    options: { vectors: boolean; signal: AbortSignal },
  ): AsyncIterable<ExportedChunk>;
  /** Vectors that the generation already holds, bit for bit as they were written. */
  vectorsByKey(
    ref: GenerationRef,
    keys: readonly EmbeddingKey[],
  ): Promise<ReadonlyMap<EmbeddingKey, Float32Array>>;
  /** In how many chunks each model token stands, and how many chunks there are. May count dead revisions too. */
  tokenFrequencies(ref: GenerationRef, tokens: readonly string[]): Promise<TokenFrequencies>;
  /** Removes chunks that no manifest entry owns any more (left by a crash between two steps). @returns how many. */
  sweep(ref: GenerationRef, signal: AbortSignal): Promise<number>;
}

export interface ExportedChunk extends StoredChunk {
  readonly vector: Float32Array | null;
}

export interface TokenFrequencies {
  readonly chunks: number;
  /** In the order of the tokens asked for. */
  readonly counts: readonly number[];
}

export interface RecallQuery {
  /** Search terms of the query; null leaves the BM25 leg out. An empty list finds nothing. */
  readonly terms: readonly string[] | null;
  /** L2-normalised; null leaves the dense leg out. */
  readonly vector: Float32Array | null;
  /** Hits per leg. */
  readonly k: number;
  readonly filter: Filter | null;
  readonly signal: AbortSignal;
}

export interface RecallResult {
  /** BM25 with k1 1.2 and b 0.75; scores > 0. */
  readonly bm25: readonly RecallHit[];
  /** Cosine similarity, -1…1. */
  readonly dense: readonly RecallHit[];
  /** Every chunk of either leg. */
  readonly chunks: ReadonlyMap<ChunkId, StoredChunk>;
}

export interface RecallHit {
  readonly chunkId: ChunkId;
  readonly score: number;
}
