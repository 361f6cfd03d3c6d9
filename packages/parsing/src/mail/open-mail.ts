import {
  type AttachedFile,
  type DocumentId,
  type OpenMailResult,
  type RawDocument,
  sha256,
} from '@winnow/core';
import { sniff } from '../bytes/sniff.ts';
import { formatOf } from '../format-of.ts';
import { maxAttachments, maxMailDepth } from '../limits.ts';
import { refused } from '../parts.ts';
import { attachmentNames } from './attachment-names.ts';
import type { Attachment, Mail } from './read-mail.ts';

interface Opening {
  readonly wanted: string | null;
  readonly files: AttachedFile[];
  leftOut: number;
  content: Uint8Array | null;
}

/**
 * Lists what is attached to a mail, see core's `OpenMail`: also what cannot be read, which fails by itself. Never
 * rejects for bad input, but may take any time and memory for it.
 */
export async function openMail(raw: RawDocument, wanted: string | null): Promise<OpenMailResult> {
  const opening: Opening = { wanted, files: [], leftOut: 0, content: null };
  const format = mailFormatOf(raw);
  if (format !== null) {
    const mail = await readAs(raw.content, format);
    if (mail === null) return refused('malformed', 'the message is damaged: its parts cannot be read');
    await addAttached(opening, mail, '', 1);
  }
  return { ok: true, mail: opening };
}

/** @param depth of the mail, from 1. @returns how many files of its own the mail has. */
async function addAttached(opening: Opening, mail: Mail, folder: string, depth: number): Promise<number> {
  const names = attachmentNames(mail.attachments);
  let count = 0;
  for (const [index, attachment] of mail.attachments.entries()) {
    if (opening.files.length >= maxAttachments) {
      opening.leftOut += 1;
      continue;
    }
    count += 1;
    await addFile(opening, mail, attachment, { path: `${folder}${names[index]}`, depth });
  }
  return count;
}

async function addFile(
  opening: Opening,
  { subject, from }: Mail,
  { content, mediaType }: Attachment,
  { path, depth }: { readonly path: string; readonly depth: number },
): Promise<void> {
  if (path === opening.wanted) opening.content = content;
  const file = { path, mediaType, bytes: content.length, hash: sha256(content), subject, from };
  const at = opening.files.push({ ...file, isOpened: false }) - 1;
  if (depth >= maxMailDepth) return;
  const format = mailFormatOf({ documentId: path as DocumentId, content, mediaType });
  // A damaged mail within a mail is a document like others: it fails by itself.
  const inner = format === null ? null : await readAs(content, format);
  if (inner === null) return;
  const isOpened = (await addAttached(opening, inner, `${path}/attachments/`, depth + 1)) > 0;
  opening.files[at] = { ...file, isOpened };
}

/** Loads the readers with the first mail: most processes see none. */
async function readAs(content: Uint8Array, format: 'eml' | 'msg'): Promise<Mail | null> {
  const { readMail } = await import('./read-mail.ts');
  return await readMail(content, format);
}

/** As `parse` tells it; null for what is no mail. */
function mailFormatOf(raw: Pick<RawDocument, 'documentId' | 'content' | 'mediaType'>): 'eml' | 'msg' | null {
  const sniffed = sniff(raw.content);
  if (sniffed !== null) return sniffed.ok && sniffed.format === 'msg' ? 'msg' : null;
  return formatOf(raw, '') === 'eml' ? 'eml' : null;
}
