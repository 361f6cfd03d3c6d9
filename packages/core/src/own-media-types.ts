/** Of a document that was split before: its chunks as JSON, and not bytes of a source. */
export const storedMediaType = 'application/vnd.winnow.chunks+json';

/** Of a document that another reader made markup of: XHTML in UTF-8, all of it the document's. */
export const convertedMediaType = 'application/vnd.winnow.converted+xhtml';

/** Of a mail whose attachments are documents of their own: in its text they are named only. */
export const mailAloneMediaType = 'application/vnd.winnow.mail-alone';

/** Whether only Winnow gives such a type, to what it has made itself: from outside it is a claim that is not believed. */
export function isOwnMediaType(mediaType: string | null): boolean {
  return mediaType?.trim().toLowerCase().startsWith('application/vnd.winnow.') ?? false;
}
