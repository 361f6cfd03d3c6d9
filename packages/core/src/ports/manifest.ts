import type { FailureCode, FailureReason, SourceLocation } from '../document.ts';
import type { DocumentId, DocumentKey, GenerationRef, RunId, Sha256, SourceId } from '../ids.ts';
import type { DocumentState, ManifestEntry, Tally } from '../manifest.ts';

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
   * to repeat. A standing run (`isStandingRun`) needs no admission, and is never shut out.
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
