import { isUtf8 } from 'node:buffer';
import MsgReaderModule from '@kenjiuno/msgreader';
import PostalMime, { type Address } from 'postal-mime';
import { decodeText } from '../bytes/decode-text.ts';
import { readTnef } from './read-tnef.ts';

/** A file that came with a message. */
export interface Attachment {
  readonly name: string | null;
  readonly mediaType: string | null;
  readonly content: Uint8Array;
}

export interface Mail {
  readonly subject: string | null;
  readonly from: string;
  readonly to: readonly string[];
  /** ISO 8601, or as it was written; null where it is not there. */
  readonly date: string | null;
  readonly text: string;
  readonly html: string;
  /** Without pictures that stand in the text. */
  readonly attachments: readonly Attachment[];
}

/** @returns null where the bytes are no message. */
export async function readMail(bytes: Uint8Array, format: 'eml' | 'msg'): Promise<Mail | null> {
  try {
    return format === 'eml' ? await readInternetMail(bytes) : readOutlookMail(bytes);
  } catch {
    return null;
  }
}

async function readInternetMail(bytes: Uint8Array): Promise<Mail> {
  const mail = await PostalMime.parse(inUtf8(bytes), {
    attachmentEncoding: 'arraybuffer',
    maxNestingDepth: 64,
  });
  const attachments = mail.attachments
    .filter(
      ({ related, disposition, contentId }) => !(related === true || (disposition === 'inline' && contentId)),
    )
    .flatMap(({ filename, mimeType, content }) =>
      typeof content === 'string'
        ? []
        : [{ name: filename, mediaType: mimeType, content: new Uint8Array(content) }],
    );
  return unpacked({
    subject: mail.subject?.trim() || null,
    from: mail.from === undefined ? '' : written(mail.from),
    to: [...(mail.to ?? []), ...(mail.cc ?? [])].map(written).filter((one) => one !== ''),
    date: mail.date ?? null,
    text: mail.text ?? '',
    html: mail.html ?? '',
    attachments,
  });
}

/** With what Outlook has packed into a `winmail.dat`, in its place; its text where the mail has none. */
function unpacked(mail: Mail): Mail {
  const opened = mail.attachments.map((attachment) => ({
    attachment,
    tnef: isTnef(attachment) ? readTnef(attachment.content) : null,
  }));
  const packed = opened.flatMap(({ tnef }) => tnef ?? []);
  if (packed.length === 0) return mail;
  const isEmpty = mail.text.trim() === '' && mail.html.trim() === '';
  return {
    ...mail,
    ...(isEmpty && { text: packed[0]?.text ?? '', html: packed[0]?.html ?? '' }),
    attachments: opened.flatMap(({ attachment, tnef }) => tnef?.attachments ?? [attachment]),
  };
}

function isTnef({ name, mediaType }: Attachment): boolean {
  return /^application\/(?:vnd\.)?ms-tnef$/i.test(mediaType ?? '') || /^winmail\.dat$/i.test(name ?? '');
}

/** Letters of a mail that says nowhere what they are written in are taken for what they look like. */
function inUtf8(bytes: Uint8Array): Uint8Array {
  if (isUtf8(bytes)) return bytes;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (/charset\s*=|\0|^content-transfer-encoding:\s*binary/im.test(text)) return bytes;
  const decoded = decodeText(bytes, null);
  return decoded.ok ? Buffer.from(decoded.text) : bytes;
}

function written(address: Address): string {
  if (address.group !== undefined) return address.group.map(written).join(', ');
  const { name, address: mailbox = '' } = address;
  return name === '' || name === mailbox ? mailbox : `${name} <${mailbox}>`;
}

/** The package is CommonJS that was made of a module, whose default Node gives as a field and bundlers as itself. */
const MsgReader = MsgReaderModule.default ?? (MsgReaderModule as unknown as typeof MsgReaderModule.default);

function readOutlookMail(bytes: Uint8Array): Mail {
  const reader = new MsgReader(Uint8Array.from(bytes).buffer);
  const mail = reader.getFileData();
  const html = mail.html === undefined ? (mail.bodyHtml ?? '') : new TextDecoder().decode(mail.html);
  return {
    subject: mail.subject?.trim() || null,
    from: named(mail.senderName, mail.senderSmtpAddress ?? mail.senderEmail),
    to: (mail.recipients ?? []).map(({ name, smtpAddress, email }) => named(name, smtpAddress ?? email)),
    date: mail.clientSubmitTime ?? mail.messageDeliveryTime ?? null,
    text: mail.body ?? '',
    html,
    attachments: (mail.attachments ?? [])
      .filter(({ attachmentHidden }) => attachmentHidden !== true)
      .map((attachment) => {
        const { fileName, content } = reader.getAttachment(attachment);
        // A message that Outlook has put into this one has a subject for a name.
        const inner = attachment.name ?? attachment.innerMsgContentFields?.subject ?? 'message';
        const name = attachment.innerMsgContent === true ? `${inner}.msg` : fileName || null;
        return { name, mediaType: attachment.attachMimeTag ?? null, content };
      }),
  };
}

function named(name = '', address = ''): string {
  if (address === '' || name === address) return name;
  return name === '' ? address : `${name} <${address}>`;
}
