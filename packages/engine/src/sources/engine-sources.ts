import type { MailAttachments, SourceFields, SourceId, SourceSettings } from '@winnow/core';
import type { SourceChanges } from '@winnow/ingestion';

/** Where the documents of a corpus come from, and what is changed about that later. */
export interface EngineSources {
  /** Those that the corpus has, in their order, then removed ones of which documents are still there. */
  list(name: string): Promise<readonly SourceView[]>;
  /**
   * Another source; the next plan sees its documents.
   * @throws AppError `failed_precondition` while a run of the corpus is under way; `not_found` for a source that is not
   * there; `invalid_argument` for a name that is taken.
   */
  add(name: string, source: NewSource, signal: AbortSignal): Promise<AddedSourceView>;
  /**
   * Changes what was chosen of one. Its documents stay as they are until the next ingest.
   * @throws AppError `failed_precondition` while a run of the corpus is under way; `not_found`; `invalid_argument` for what
   * cannot be chosen of it.
   */
  change(name: string, sourceId: string, changes: SourceChanges): Promise<SourceView>;
  /**
   * Takes one away. Its documents stay until the next ingest, which deletes them as far as the deletion guard lets it.
   * @throws AppError `failed_precondition` while a run of the corpus is under way, and for the only one; `not_found`.
   */
  remove(name: string, sourceId: string): Promise<SourceView>;
}

export interface NewSource {
  /** Folder, JSONL or CSV file, `s3://…`, `postgres://…`, `https://…` or `push:`. */
  readonly path: string;
  /** By the last part of the path if not given. */
  readonly name?: string;
  /** Globs of what has files; all of them by default. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Which fields of records, or columns of a table, are what. */
  readonly fields?: SourceFields;
  /**
   * What becomes of the attachments of mails in a folder or a bucket: of a folder documents by default, and of a bucket
   * parts of their mails, since each new process reads its mails to find out what is attached.
   */
  readonly mailAttachments?: MailAttachments;
}

export interface SourceView {
  readonly sourceId: SourceId;
  readonly kind: SourceSettings['kind'];
  /** As people write it. */
  readonly address: string;
  /** What the ids of its documents begin with; empty where they are the source's own. */
  readonly prefix: string;
  /** What becomes of the attachments of mails; null where it cannot be chosen: they are parts of their mails. */
  readonly mailAttachments: MailAttachments | null;
  /** ISO 8601, UTC; null for one that the corpus has. */
  readonly removedAt: string | null;
}

interface AddedSourceView extends SourceView {
  /** It had been removed, and takes up its documents that are still there. */
  readonly isBack: boolean;
}
