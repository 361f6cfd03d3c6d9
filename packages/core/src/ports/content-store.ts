import type { DocumentId, DocumentKey } from '../ids.ts';
import type {
  ArchivedContent,
  ContentChange,
  ContentEntry,
  ContentOutcome,
  PushedContent,
} from '../pushed-content.ts';

/**
 * Documents that were pushed, as they came: what every later reading of them reads. A place belongs to one source of
 * one corpus and is never used again. Whatever a method has said is durable.
 */
export interface ContentStore {
  /**
   * Decides each change on what is there (`decideContent`) and keeps what follows from it, each by itself.
   * @returns in the order of the changes; two for one document are taken in that order.
   * @throws AppError `resource_exhausted` where the disk is full; `unavailable` where it cannot be told whether a change
   *   was kept: making it again under its key decides it.
   */
  put(place: string, changes: readonly ContentChange[]): Promise<readonly ContentOutcome[]>;
  /** Keeps what an archive has of documents (`recordOfArchived`); one that is known already stays as it is. */
  restore(place: string, archived: readonly ArchivedContent[]): Promise<void>;
  /**
   * Reads what is newest.
   * @returns null for a document that was never pushed, is deleted, or whose bytes are not here.
   */
  get(place: string, documentId: DocumentId): Promise<PushedContent | null>;
  /** What is known of documents, deleted ones too, without their bytes; what is newest. */
  entries(place: string, documentIds: readonly DocumentId[]): Promise<ReadonlyMap<DocumentId, ContentEntry>>;
  /** In order of document key, deleted ones too, without their bytes. Includes every finished write. */
  list(
    place: string,
    query: { readonly after: DocumentKey | null; readonly limit: number },
  ): Promise<readonly ContentEntry[]>;
  /** Forgets everything in a place. */
  clear(place: string): Promise<void>;
}
