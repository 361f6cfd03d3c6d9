import {
  AppError,
  corpusChangesSchema,
  languages,
  mailAttachmentChoices,
  recordFieldsSchema,
} from '@winnow/core';
import { requireSchedule, scheduleRequestSchema } from '@winnow/engine';
import { z } from 'zod';

const globs = z.array(z.string().min(1).max(1_024)).max(64);

const sourceSchema = z.strictObject({
  path: z
    .string()
    .min(1)
    .max(4_096)
    .describe('Folder or file, from where this file is; or an address such as s3://bucket/prefix or push:.'),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be 1 to 32 of a-z 0-9 - _')
    .optional()
    .describe('What the ids of its documents begin with; has to be said where there are several.'),
  include: globs.optional(),
  exclude: globs.optional(),
  fields: recordFieldsSchema.optional(),
  mailAttachments: z
    .enum(mailAttachmentChoices)
    .optional()
    .describe('What becomes of the attachments of mails in a folder or a bucket.'),
});

/** Looked at with the rest of the file: a look at what would be done says no to what will be refused. */
const scheduleSchema = scheduleRequestSchema.superRefine((asked, context) => {
  try {
    requireSchedule(asked, new Date());
  } catch (thrown) {
    context.addIssue({ code: 'custom', message: AppError.from(thrown).message });
  }
});

const corpusSchema = corpusChangesSchema
  .extend({
    sources: z.array(sourceSchema).min(1).max(64),
    language: z.enum(languages).optional(),
    embedder: z.string().min(1).max(256).optional(),
    chunkTokens: z.int().min(16).max(8_192).optional(),
    schedule: scheduleSchema.optional(),
  })
  .refine(
    ({ sources }) => sources.length === 1 || sources.every(({ name }) => name !== undefined),
    'each of several sources must have a name',
  )
  .refine(
    ({ sources }) => new Set(sources.map(({ name }) => name)).size === sources.length,
    'no two sources may have the same name',
  );

/** What is wanted: corpora by name. */
export const setupSchema = z
  .strictObject({
    $schema: z.string().optional(),
    corpora: z.record(z.string().min(1).max(64), corpusSchema),
  })
  .describe('Corpora of Winnow, their sources, settings and schedules: winnow apply.');
export type Setup = z.output<typeof setupSchema>;
export type WantedCorpus = Setup['corpora'][string];
export type WantedSource = WantedCorpus['sources'][number];

/** For editors. */
export function setupJsonSchema(): unknown {
  return z.toJSONSchema(setupSchema, { io: 'input' });
}
