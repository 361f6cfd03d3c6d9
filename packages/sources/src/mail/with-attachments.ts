import {
  AppError,
  type DocumentId,
  mailAloneMediaType,
  type OpenedMail,
  type OpenMailResult,
  type OpenMails,
  type RawDocument,
  type ScanEvent,
  type Source,
  type SourceItem,
  type SourceLocation,
} from '@winnow/core';
import { attachedDocument, hashAlone } from './attached-document.ts';
import {
  attachmentId,
  attachmentsOf,
  cursorOfMail,
  type MailPlace,
  mailOf,
  mailOfCursor,
  mailPlaceOf,
  maxPlaceBytes,
} from './attachment-place.ts';

const mailName = /\.(?:eml|msg)$/i;
const maxIdLength = 1_024;

type MailItem = Extract<SourceItem, { kind: 'document' }>;
type Opened = { readonly mail: OpenedMail } | { readonly trouble: string };

/**
 * Lists what is attached to mails behind them, as documents of their own: `a.eml/attachments/plan.pdf`. A mail keeps
 * its id, and in its text they are named only. Of a mail that cannot be opened nothing is said to be gone.
 */
export function withAttachments(source: Source, mails: OpenMails): Source {
  return {
    async *scan({ after, signal }) {
      const place = after === null ? null : mailOfCursor(after);
      if (place !== null) yield* restOf(place, signal);
      for await (const event of source.scan({ after: place === null ? after : place.behind, signal })) {
        if (event.kind === 'uncovered' || !mailName.test(event.documentId)) yield event;
        else yield* eventsOf(event, signal);
      }
    },

    async read(documentId, location, signal) {
      const place = mailOf(documentId, location);
      if (place !== null) return await readAttached(documentId, place, signal);
      const raw = await source.read(documentId, location, signal);
      if (location.alone !== 1) return raw;
      return { ...raw, mediaType: mailAloneMediaType, contentHash: hashAlone(raw.contentHash) };
    },

    async isGone(documentId, location, signal, takenUpAt) {
      const place = mailOf(documentId, location);
      if (place === null) return await source.isGone(documentId, location, signal, takenUpAt);
      if (await source.isGone(place.mailId, place.location, signal, takenUpAt)) return true;
      const opened = await openOr(place, signal);
      return 'mail' in opened && !opened.mail.files.some(({ path }) => path === place.path);
    },

    async lostPlace(documentId, location, signal, takenUpAt) {
      const { mailId, location: mailLocation } = mailOf(documentId, location) ?? {
        mailId: documentId,
        location,
      };
      return (await source.lostPlace?.(mailId, mailLocation, signal, takenUpAt)) ?? null;
    },

    check: (signal) => source.check(signal),
  };

  async function* eventsOf(event: SourceItem, signal: AbortSignal): AsyncGenerator<ScanEvent> {
    if (event.kind === 'unreadable') {
      yield uncovered(event.documentId, event.reason.message);
      yield event;
      return;
    }
    const items = await itemsOf(event, mails.known(event), signal);
    // Before the mail, behind which a scan may be left.
    if ('trouble' in items) yield uncovered(event.documentId, items.trouble);
    yield* 'trouble' in items ? [event] : items.items;
  }

  /** What comes behind a place within a mail, if that is still the mail it was. */
  async function* restOf(
    { done, behind, ...place }: MailPlace,
    signal: AbortSignal,
  ): AsyncGenerator<ScanEvent> {
    const { mailId: documentId, location, contentHash } = place;
    const mail: MailItem = { kind: 'document', documentId, location, contentHash, bytes: 0, cursor: behind };
    // Read again, since it may have become another.
    const items = await itemsOf(mail, null, signal);
    if ('trouble' in items) yield uncovered(documentId, items.trouble);
    else yield* items.items.slice(done);
  }

  /**
   * A mail and what is attached to it.
   * @param known what is attached to this version of it; null: it has to be read.
   */
  async function itemsOf(
    mail: MailItem,
    known: OpenMailResult | null,
    signal: AbortSignal,
  ): Promise<{ readonly items: readonly SourceItem[] } | { readonly trouble: string }> {
    const { documentId: mailId, location, contentHash } = mail;
    const place = { mailId, location, contentHash };
    const opened = known === null ? await open(place, null, signal) : openedOf(known);
    if ('trouble' in opened) return opened;
    const { files, leftOut } = opened.mail;
    const count = files.length + leftOut;
    if (count === 0) return { items: [mail] };
    const longest = cursorOfMail(mailPlaceOf(mail, count));
    if (Buffer.byteLength(longest) > maxPlaceBytes) {
      return { trouble: 'its path is too long for its attachments to be documents of their own' };
    }
    const alone = { ...mail, location: { ...location, alone: 1 }, contentHash: hashAlone(contentHash) };
    const items: SourceItem[] = [alone, ...files.map((file) => itemOf(mail, file))];
    if (leftOut > 0) items.push(tooMany(mail, files.length, count));
    return {
      items: items.map((item, at) =>
        at === items.length - 1 ? item : { ...item, cursor: cursorOfMail(mailPlaceOf(mail, at + 1)) },
      ),
    };
  }

  /** @throws AppError where the trouble is the source's, or that of what opens mails. */
  async function open(
    place: Pick<MailPlace, 'mailId' | 'location'> & Partial<Pick<MailPlace, 'contentHash'>>,
    wanted: string | null,
    signal: AbortSignal,
  ): Promise<Opened> {
    const { mailId: documentId, contentHash } = place;
    let raw: RawDocument;
    try {
      raw = await source.read(documentId, place.location, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof AppError) || thrown.part !== null) throw thrown;
      return { trouble: thrown.message };
    }
    if (contentHash !== undefined && raw.contentHash !== contentHash) {
      return { trouble: 'the mail changed while it was listed' };
    }
    return openedOf(await mails.open(raw, wanted, signal));
  }

  /** Also where it cannot be told whose trouble it is. */
  async function openOr(place: Pick<MailPlace, 'mailId' | 'location'>, signal: AbortSignal): Promise<Opened> {
    try {
      return await open(place, null, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      return { trouble: AppError.from(thrown).message };
    }
  }

  async function readAttached(
    documentId: DocumentId,
    place: { readonly mailId: DocumentId; readonly path: string; readonly location: SourceLocation },
    signal: AbortSignal,
  ): Promise<RawDocument> {
    const opened = await open(place, place.path, signal);
    if ('trouble' in opened) throw new AppError('failed_precondition', opened.trouble);
    const { files, content } = opened.mail;
    const file = files.find(({ path }) => path === place.path);
    if (file === undefined || content === null) {
      throw new AppError('not_found', `${documentId} is no longer attached to its mail`);
    }
    return { documentId, content, title: null, ...attachedDocument(place.mailId, file) };
  }
}

function openedOf(result: OpenMailResult): Opened {
  return result.ok ? result : { trouble: `the mail cannot be opened: ${result.reason.message}` };
}

function itemOf(mail: MailItem, file: OpenedMail['files'][number]): SourceItem {
  const documentId = attachmentId(mail.documentId, file);
  const location = { ...mail.location, attached: file.path };
  const { cursor } = mail;
  if (documentId.length > maxIdLength || Buffer.byteLength(JSON.stringify(location)) > maxPlaceBytes) {
    return {
      kind: 'unreadable',
      documentId: attachmentsOf(mail.documentId) as DocumentId,
      reason: { code: 'unreadable', message: 'a path of one of its attachments is too long' },
      cursor,
    };
  }
  const { contentHash } = attachedDocument(mail.documentId, file);
  return { kind: 'document', documentId, location, contentHash, bytes: file.bytes, cursor };
}

function tooMany({ documentId, cursor }: MailItem, taken: number, count: number): SourceItem {
  const message = `the mail has ${count} attachments; the first ${taken} are documents`;
  return {
    kind: 'unreadable',
    documentId: attachmentsOf(documentId) as DocumentId,
    reason: { code: 'too_large', message },
    cursor,
  };
}

function uncovered(mailId: DocumentId, reason: string): ScanEvent {
  return { kind: 'uncovered', prefix: attachmentsOf(mailId), reason };
}
