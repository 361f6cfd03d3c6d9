import { z } from 'zod';

/** Where documents come from. Paths are absolute, on the machine that runs the workers. */
export const sourceSettingsSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('folder'),
    path: z.string().min(1),
    include: z.array(z.string()).default(['**/*']),
    exclude: z.array(z.string()).default([]),
  }),
  z.strictObject({ kind: z.literal('jsonl'), path: z.string().min(1) }),
  z.strictObject({ kind: z.literal('csv'), path: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('s3'),
    bucket: z.string().min(3).max(63),
    /** Empty, or ends with a slash. */
    prefix: z.string().max(1_024),
    include: z.array(z.string()).default(['**/*']),
    exclude: z.array(z.string()).default([]),
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
  z.strictObject({ kind: z.literal('push'), place: z.string().min(1).max(64) }),
]);
export type SourceSettings = z.infer<typeof sourceSettingsSchema>;

/** Where a source is, as people write it. */
export function sourceAddress(settings: SourceSettings): string {
  switch (settings.kind) {
    case 'push':
      return pushAddress;
    case 's3':
      return `s3://${settings.bucket}/${settings.prefix}`;
    case 'site':
      return settings.url;
    default:
      return settings.path;
  }
}

/** Names a source that documents are pushed to. */
export const pushAddress = 'push:';
