import type { RawDocument, ScanCursor, ScanEvent, SourceLocation } from '../document.ts';
import type { DocumentId } from '../ids.ts';

/** A place in which documents were, and that now looks as if a drive had been taken from it. */
export interface LostPlace {
  /** Of the ids of what was there; empty: anything of the source. */
  readonly prefix: string;
  /** For the person who can change it. */
  readonly reason: string;
}

/** Documents as bytes and metadata. Ids are the source's own, unique within it. */
export interface Source {
  /**
   * Lists everything in a stable order, with hashes but without keeping contents. An item that cannot be read is
   * listed as such; its neighbours go on. A place that cannot be looked into is said to be uncovered, and so is a
   * source that is not whole or changes while it is listed: only what a scan has covered can be known to be gone.
   *
   * @param after lists only what comes behind it; null: everything. Of another state of the source, it may cost
   *   that the source counts as uncovered, never that something is missed in silence.
   * @throws AppError `not_found` or `unavailable` if the source itself is not there, `failed_precondition` if it
   *   holds nothing or may not be read.
   */
  scan(options: {
    readonly after: ScanCursor | null;
    readonly signal: AbortSignal;
  }): AsyncIterable<ScanEvent>;
  /**
   * Reads one listed document again.
   * @throws AppError `not_found` if it is gone, `failed_precondition` if the place now holds another record;
   *   `unavailable` where it cannot be told, such as on a drive that does not answer.
   */
  read(documentId: DocumentId, location: SourceLocation, signal: AbortSignal): Promise<RawDocument>;
  /**
   * Whether a document that a complete scan did not list is really not there.
   * @param takenUpAt when it was last seen to be there, or later; what did not change since then has lost nothing. ISO 8601.
   *   Left out: not known.
   * @returns false where it is there after all, or cannot be looked at.
   */
  isGone(
    documentId: DocumentId,
    location: SourceLocation,
    signal: AbortSignal,
    takenUpAt?: string,
  ): Promise<boolean>;
  /**
   * Where a document was that is neither listed nor proved to be gone, if nothing at all is left in that place. A scan
   * does not say it, since there nothing tells an empty place that matters from one that never held anything.
   * @returns null where there is no such place. Left out: the source has none.
   */
  lostPlace?(
    documentId: DocumentId,
    location: SourceLocation,
    signal: AbortSignal,
    takenUpAt?: string,
  ): Promise<LostPlace | null>;
  /**
   * Resolves if the source is there and can be read.
   * @throws AppError as {@link scan}.
   */
  check(signal: AbortSignal): Promise<void>;
}
