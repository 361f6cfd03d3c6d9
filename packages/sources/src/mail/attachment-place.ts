import {
  type AttachedFile,
  type DocumentId,
  parseJson,
  type ScanCursor,
  type Sha256,
  type SourceItem,
  type SourceLocation,
} from '@winnow/core';

/** Longest cursor and location, in bytes of JSON. */
export const maxPlaceBytes = 4_096;

type MailItem = Extract<SourceItem, { kind: 'document' }>;

/** Where a scan was left between the items of one mail. */
export interface MailPlace {
  readonly mailId: DocumentId;
  readonly location: SourceLocation;
  readonly contentHash: Sha256;
  /** Items of the mail that were listed, itself among them. */
  readonly done: number;
  /** Behind the mail, for the source that has it. */
  readonly behind: ScanCursor;
}

export function mailPlaceOf(
  { documentId, location, contentHash, cursor }: MailItem,
  done: number,
): MailPlace {
  return { mailId: documentId, location, contentHash, done, behind: cursor };
}

export function cursorOfMail({ mailId, location, contentHash, done, behind }: MailPlace): ScanCursor {
  return JSON.stringify({ mail: [mailId, location, contentHash, done, behind] });
}

/** @returns null for a cursor of the source that has the mails. */
export function mailOfCursor(cursor: ScanCursor): MailPlace | null {
  const { mail } = Object(parseJson(cursor));
  if (!Array.isArray(mail)) return null;
  const [mailId, location, contentHash, done, behind] = mail;
  return { mailId, location, contentHash, done, behind };
}

/** Of what begins with it, the id names an attachment. */
export function attachmentsOf(mailId: DocumentId): string {
  return `${mailId}/attachments`;
}

export function attachmentId(mailId: DocumentId, { path }: Pick<AttachedFile, 'path'>): DocumentId {
  return `${attachmentsOf(mailId)}/${path}` as DocumentId;
}

/** The mail in which an attachment is, as its source knows it; null for what is no attachment. */
export function mailOf(
  documentId: DocumentId,
  { attached, ...location }: SourceLocation,
): { readonly mailId: DocumentId; readonly path: string; readonly location: SourceLocation } | null {
  if (typeof attached !== 'string') return null;
  const mailId = documentId.slice(0, -`/attachments/${attached}`.length) as DocumentId;
  return { mailId, path: attached, location };
}
