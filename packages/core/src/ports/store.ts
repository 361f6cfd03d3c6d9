import type { Corpus } from '../corpus.ts';
import type {
  DocumentRevision,
  FailureCode,
  FailureReason,
  SourceLocation,
  StoredChunk,
} from '../document.ts';
import type { Filter } from '../filter.ts';
import type { Generation } from '../generation.ts';
import type {
  ChunkId,
  CorpusName,
  DocumentId,
  DocumentKey,
  EmbeddingKey,
  GenerationRef,
  RunId,
  Sha256,
  SourceId,
} from '../ids.ts';
import type { DocumentState, ManifestEntry, Tally } from '../manifest.ts';
import type { Run } from '../run.ts';
import type { KeptDocument } from './kept-document.ts';
import type { KeptWithCorpus } from './kept-with-corpus.ts';

/**
 * Everything durable of Winnow behind one port: corpora and what is kept beside them, runs, manifest and chunks. Two
 * adapters, one SQLite file and Elasticsearch, pass one conformance suite (`testkit`).
 *
 * Every method throws AppError: `unavailable` or `deadline_exceeded` where the backend does not answer,
 * `resource_exhausted` where it is full, `failed_precondition` where its data do not fit.
 */
export interface Store extends KeptWithCorpus {
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
   * Makes the places of the corpus' generations ready to be written and read, then keeps the corpus. A create that
   * is broken off leaves nothing that would be in the way of the next one.
   * @throws AppError `failed_precondition` if the name is taken.
   */
  create(corpus: Corpus): Promise<void>;
  /** @returns null if there is none. */
  get(name: CorpusName): Promise<Corpus | null>;
  /** Ordered by name. */
  list(): Promise<readonly Corpus[]>;
  /**
   * Changes a corpus by compare-and-set, reading again where another writer came first.
   * @param change gets the corpus as it is; returns null to leave it so. May be called more than once.
   * @returns the corpus as it now is.
   * @throws AppError `not_found` if it is gone, or another corpus has the name by now.
   */
  update(
    corpus: Pick<Corpus, 'name' | 'corpusId'>,
    change: (corpus: Corpus) => Corpus | null,
  ): Promise<Corpus>;
  /**
   * Removes the corpus with its generations, manifests and runs, and whatever is kept beside it. Not there: nothing
   * happens. One that is broken off is made an end of by the next; until then the corpus says since when it is being
   * deleted.
   */
  delete(name: CorpusName): Promise<void>;
  /** Makes the place of a further generation ready to be written and read. Safe to repeat. */
  prepareGeneration(corpus: Corpus, generation: Generation): Promise<void>;
  /**
   * Makes everything that was written to a generation visible, and its place fit for readers: what `commit` leaves
   * out where nobody reads. Safe to repeat.
   */
  publishGeneration(ref: GenerationRef): Promise<void>;
  /** Removes what a generation holds, in steps that block nobody for long. Not there: nothing happens. */
  dropGeneration(ref: GenerationRef, signal: AbortSignal): Promise<void>;
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
  readonly sourceId: SourceId;
  /** The revision that this was decided on; 0: there was no entry. */
  readonly over: number;
  readonly contentHash: Sha256;
  readonly bytes: number | null;
  readonly location: SourceLocation;
  readonly lane: number;
  /** Set where the document could not even be read: it goes to `failed` at once. */
  readonly reason: FailureReason | null;
}

/**
 * The record of truth: every document's state in a generation. Whatever is written names the revision that it was
 * decided on, and what a plan writes names its run: a writer that was frozen and comes back changes nothing.
 */
export interface Manifest {
  /** Reads what is newest, not what was last refreshed. Ids without an entry are absent from the map. */
  get(
    ref: GenerationRef,
    documentIds: readonly DocumentId[],
  ): Promise<ReadonlyMap<DocumentId, ManifestEntry>>;
  /** As {@link get}, for who knows only the keys, such as those of a census. */
  getByKey(
    ref: GenerationRef,
    keys: readonly DocumentKey[],
  ): Promise<ReadonlyMap<DocumentKey, ManifestEntry>>;
  /**
   * From now on only this run may accept, adopt and remove; whoever was let in before is shut out for good. Safe
   * to repeat.
   */
  admit(ref: GenerationRef, runId: RunId): Promise<void>;
  /**
   * Writes each as `pending` (or `failed`, with its reason) with the next revision, attempts 0 and no usage,
   * keeping what is live, if the entry still has the revision that was decided on.
   * @returns those that were written, with their new revision; the others have changed meanwhile.
   * @throws AppError `canceled` if another run was admitted.
   */
  accept(
    ref: GenerationRef,
    runId: RunId,
    revisions: readonly NewRevision[],
  ): Promise<readonly RevisionRef[]>;
  /**
   * Hands entries that are still `pending` at that revision over to a run, with the place where they are found by
   * now; attempts start again.
   * @returns those that were handed over.
   * @throws AppError `canceled` if another run was admitted.
   */
  adopt(
    ref: GenerationRef,
    runId: RunId,
    documents: readonly (RevisionRef & { readonly location: SourceLocation })[],
  ): Promise<readonly RevisionRef[]>;
  /** Adds to the attempts of each entry that is still pending at that revision; never below 0. */
  countAttempt(ref: GenerationRef, documents: readonly RevisionRef[], by?: 1 | -1): Promise<void>;
  /** Moves an entry to `failed` if that revision is still the newest and pending; what is live stays live. */
  fail(
    ref: GenerationRef,
    documents: readonly (RevisionRef & { readonly reason: FailureReason })[],
  ): Promise<void>;
  /**
   * Marks entries that are still failed at that revision as dismissed.
   * @returns how many.
   */
  dismiss(ref: GenerationRef, documents: readonly RevisionRef[]): Promise<number>;
  /**
   * Entries in order of document key, a page at a time.
   * @returns at most `limit` entries; unless `stale` is allowed, includes every write that was finished before.
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
  readonly sourceId?: SourceId;
  /** Of the reason of a failed entry. */
  readonly cause?: FailureCode;
  readonly dismissed?: boolean;
  /** Only entries behind this key. */
  readonly after?: DocumentKey;
  readonly limit: number;
  /** Writes of the last moments may be missing, which costs the backend less. */
  readonly stale?: boolean;
}

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
