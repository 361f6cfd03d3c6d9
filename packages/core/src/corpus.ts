import { z } from 'zod';
import { AppError } from './errors.ts';
import type { CorpusName } from './ids.ts';

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
]);
export type SourceSettings = z.infer<typeof sourceSettingsSchema>;

export const languages = ['en', 'zh', 'auto'] as const;
export type Language = (typeof languages)[number];

export const chunkingSchema = z.strictObject({
  /** Size of a chunk in the embedding model's tokens, heading path and special tokens included. */
  targetTokens: z.int().min(16).max(8_192),
  /** Part of the target that a chunk repeats of the one before it, aligned to sentences. */
  overlapRatio: z.number().min(0).max(0.5),
});
export type Chunking = z.infer<typeof chunkingSchema>;

/** What a corpus was created with; changing any of it but the sources takes a new generation. */
export const corpusSettingsSchema = z.strictObject({
  source: sourceSettingsSchema,
  language: z.enum(languages),
  /** A model of the registry, or `openai:NAME` for one behind an OpenAI-compatible endpoint. */
  embedder: z.string().min(1),
  chunking: chunkingSchema,
});
export type CorpusSettings = z.infer<typeof corpusSettingsSchema>;

/** A corpus as it is kept. */
export interface Corpus {
  readonly name: CorpusName;
  readonly settings: CorpusSettings;
  /** The generation that readers see. */
  readonly generation: number;
  /** Of parser, chunker, analysis and embedding model; what it covers cannot change within a generation. */
  readonly fingerprint: string;
  readonly dimensions: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

const corpusNamePattern = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** @throws AppError `invalid_argument` with the rule, since names become parts of index names. */
export function parseCorpusName(name: string): CorpusName {
  if (corpusNamePattern.test(name)) return name as CorpusName;
  throw new AppError(
    'invalid_argument',
    `corpus name ${JSON.stringify(name.slice(0, 80))} must be 1–63 of a-z 0-9 _ - and start with a letter or digit`,
  );
}
