import {
  type AttachedFile,
  type DocumentId,
  isOwnMediaType,
  type Metadata,
  mailAloneMediaType,
  metadataOf,
  type Sha256,
  sha256,
} from '@winnow/core';
import { mediaTypeOf } from '../folder/media-type.ts';
import { attachmentId } from './attachment-place.ts';

/** What makes an attachment a document, besides its bytes. */
interface AttachedDocument {
  readonly mediaType: string | null;
  readonly metadata: Metadata;
  readonly contentHash: Sha256;
}

/** @param mailId of the mail that was opened. */
export function attachedDocument(mailId: DocumentId, file: AttachedFile): AttachedDocument {
  const metadata = metadataOf([
    ['mail', nearestMail(mailId, file)],
    ['mailSubject', file.subject ?? undefined],
    ['mailFrom', file.from || undefined],
  ]);
  const contentHash = sha256(JSON.stringify([file.hash, metadata, file.isOpened]));
  return { mediaType: typeOf(file), metadata, contentHash };
}

/** Of a mail without its attachments: another than of the same bytes with them. */
export function hashAlone(contentHash: Sha256): Sha256 {
  return sha256(`${mailAloneMediaType} ${contentHash}`);
}

/** Programs call many a file what it is not, and hardly name it so. */
function typeOf({ path, mediaType, isOpened }: AttachedFile): string | null {
  if (isOpened) return mailAloneMediaType;
  return mediaTypeOf(path) ?? (isOwnMediaType(mediaType) ? null : mediaType);
}

function nearestMail(mailId: DocumentId, { path }: AttachedFile): DocumentId {
  const end = path.lastIndexOf('/attachments/');
  return end === -1 ? mailId : attachmentId(mailId, { path: path.slice(0, end) });
}
