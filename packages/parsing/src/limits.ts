/**
 * What one document may become, so that a few kilobytes cannot ask for gigabytes. Whoever lies about its sizes meets
 * the limits of the process that parses: memory and time.
 */

/** Files in one archive: an e-book of 1,000 chapters with a picture each has 2,000. */
export const maxArchiveMembers = 10_000;
/** Of all of them together, in bytes. */
export const maxUnpackedBytes = 256 * 1024 * 1024;
/** Unpacked bytes for each packed one; XML of workbooks comes to 20–60. Small archives may have more. */
export const maxUnpackedRatio = 200;
/** Archives that unpack to less are harmless whatever their ratio. */
export const alwaysUnpackedBytes = 16 * 1024 * 1024;
/** Pages of a PDF. */
export const maxPages = 10_000;
/** Of the text of a document, in UTF-16 code units. */
export const maxTextLength = 32 * 1024 * 1024;
/** Mails within mails, beyond which attachments are named only. */
export const maxMailDepth = 3;
/** Attachments of one mail that are read; further ones are named only. */
export const maxAttachments = 100;
