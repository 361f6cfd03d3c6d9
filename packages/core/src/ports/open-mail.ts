import type { FailureReason, RawDocument } from '../document.ts';
import type { Sha256 } from '../ids.ts';

/** Something that came with a mail and can be a document. */
export interface AttachedFile {
  /** Below the mail that was opened, and unique there: `plan.pdf`, or `old.eml/attachments/plan.pdf` of a mail within it. */
  readonly path: string;
  /** As the mail says; not to be believed. */
  readonly mediaType: string | null;
  readonly bytes: number;
  readonly hash: Sha256;
  /** Whether it is a mail whose own attachments are among the files. */
  readonly isOpened: boolean;
  /** Of the mail that it is attached to. */
  readonly subject: string | null;
  /** Of the same; empty where it does not say. */
  readonly from: string;
}

export interface OpenedMail {
  /** In the order of the mail, what is within an attached mail behind it; none for what is no mail. */
  readonly files: readonly AttachedFile[];
  /** Files beyond the limit, which are not among them. */
  readonly leftOut: number;
  /** Of the file that was asked for; null where none was, or it is not there. */
  readonly content: Uint8Array | null;
}

export type OpenMailResult =
  | { readonly ok: true; readonly mail: OpenedMail }
  | { readonly ok: false; readonly reason: FailureReason };

/**
 * Lists what is attached to a mail and to mails within it, and with `wanted` gives one of these files. Where memory
 * and time are bounded: mails come from anybody.
 * @throws AppError for troubles that are not the mail's.
 */
export type OpenMail = (
  raw: RawDocument,
  wanted: string | null,
  signal: AbortSignal,
) => Promise<OpenMailResult>;

/** Opens mails, and remembers what was attached to those that were listed. */
export interface OpenMails {
  readonly open: OpenMail;
  /** What it gave of a mail that it listed, so that this need not be read for it; null where that is not known. */
  known(mail: Pick<RawDocument, 'documentId' | 'contentHash'>): OpenMailResult | null;
}
