import { z } from 'zod';

const fieldName = z.string().min(1).max(256);

/**
 * Which fields of a record, or columns of a table, are what. Those that are not named are looked for under their usual
 * names. A name with dots also reaches into objects of JSON.
 */
export const recordFieldsSchema = z.strictObject({
  id: fieldName.optional(),
  title: fieldName.optional(),
  /** Several make the text together, in this order; `*` alone: all that is not named otherwise, as `name: value`. */
  text: z.array(fieldName).min(1).max(32).optional(),
  /** The only ones that are metadata; else all others are. */
  metadata: z.array(fieldName).max(128).optional(),
  /** A moment, which becomes the metadata `time`: a number of milliseconds since 1970, to filter by range. */
  time: fieldName.optional(),
  /** Groups that may read the document, which become the metadata `access`: a list of texts, to filter by. */
  access: fieldName.optional(),
});
export type RecordFields = z.infer<typeof recordFieldsSchema>;

/** The same of whatever source has fields. */
export const sourceFieldsSchema = recordFieldsSchema.extend({
  /** Of a table in a database: the column that has another value whenever its row has changed. */
  updated: fieldName.optional(),
});
export type SourceFields = z.infer<typeof sourceFieldsSchema>;

/** Stands for all columns that are not named otherwise. */
export const allFields = '*';

/** Absent in settings of before there was a choice: then a table without a text column has all of them for its text. */
const fields = recordFieldsSchema.optional();

/** Of the attachments of mails; absent: they are parts of their mail's text, as in settings of before there was a choice. */
const mailAttachments = z.literal('documents').optional();

/** Where documents come from. Paths are absolute, on the machine that runs the workers. */
export const sourceSettingsSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('folder'),
    path: z.string().min(1),
    include: z.array(z.string()).default(['**/*']),
    exclude: z.array(z.string()).default([]),
    mailAttachments,
  }),
  z.strictObject({ kind: z.literal('jsonl'), path: z.string().min(1), fields }),
  z.strictObject({ kind: z.literal('csv'), path: z.string().min(1), fields }),
  z.strictObject({
    kind: z.literal('s3'),
    bucket: z.string().min(3).max(63),
    /** Empty, or ends with a slash. */
    prefix: z.string().max(1_024),
    include: z.array(z.string()).default(['**/*']),
    exclude: z.array(z.string()).default([]),
    mailAttachments,
  }),
  /** A table or view of PostgreSQL. Who reads it is told to the process, and never kept. */
  z.strictObject({
    kind: z.literal('postgres'),
    /** As in an address: IPv6 in brackets. */
    host: z.string().min(1).max(255),
    port: z.int().min(1).max(65_535),
    database: z.string().min(1).max(63),
    schema: z.string().min(1).max(63),
    table: z.string().min(1).max(63),
    fields: sourceFieldsSchema,
  }),
  z.strictObject({
    kind: z.literal('site'),
    /** Of a sitemap, a list of addresses, or where a crawl begins. */
    url: z.url({ protocol: /^https?$/ }).max(1_024),
    mode: z.enum(['sitemap', 'list', 'crawl']),
    maxPages: z.int().min(1).max(50_000),
    /** Links from where a crawl begins. */
    maxDepth: z.int().min(0).max(100),
    include: z.array(z.string()).default(['**/*']),
    exclude: z.array(z.string()).default([]),
  }),
  /** Documents are sent to us; what was sent is kept in this place of the content store. */
  z.strictObject({ kind: z.literal('push'), place: z.string().min(1).max(64), fields }),
]);
export type SourceSettings = z.infer<typeof sourceSettingsSchema>;

/** Whether what is attached to a mail is documents of their own, or parts of the mail. */
export const mailAttachmentChoices = ['documents', 'parts'] as const;
export type MailAttachments = (typeof mailAttachmentChoices)[number];

/** What becomes of the attachments of mails in a source; null where it cannot be chosen. */
export function mailAttachmentsOf(settings: SourceSettings): MailAttachments | null {
  return hasMailAttachments(settings) ? (settings.mailAttachments ?? 'parts') : null;
}

/** Whether there is a choice of what becomes of the attachments of mails. */
export function hasMailAttachments(
  settings: SourceSettings,
): settings is Extract<SourceSettings, { kind: 'folder' | 's3' }> {
  return settings.kind === 'folder' || settings.kind === 's3';
}

/** Where a source is, as people write it. */
export function sourceAddress(settings: SourceSettings): string {
  switch (settings.kind) {
    case 'push':
      return pushAddress;
    case 's3':
      return `s3://${settings.bucket}/${settings.prefix}`;
    case 'postgres': {
      const { host, port, database, schema, table } = settings;
      return `postgres://${host}:${port}/${[database, schema, table].map(encodeURIComponent).join('/')}`;
    }
    case 'site':
      return settings.url;
    default:
      return settings.path;
  }
}

/** Names a source that documents are pushed to. */
export const pushAddress = 'push:';
