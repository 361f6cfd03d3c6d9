import { z } from 'zod';
import type { PhysicalName } from './ids.ts';
import type { VerificationReport } from './verification.ts';

export const chunkingSchema = z.strictObject({
  /** Size of a chunk in the embedding model's tokens, heading path and special tokens included. */
  targetTokens: z.int().min(16).max(8_192),
  /** Part of the target that a chunk repeats of the one before it, aligned to sentences. */
  overlapRatio: z.number().min(0).max(0.5),
});
export type Chunking = z.infer<typeof chunkingSchema>;

/**
 * - `building`: being filled, nobody reads it
 * - `ready`: filled, and not switched to
 * - `live`: what readers see
 * - `retired`: was live, kept so that one can go back
 * - `dropped`: given up; what it holds is being removed, and then its record
 */
export const generationStates = ['building', 'ready', 'live', 'retired', 'dropped'] as const;
export type GenerationState = (typeof generationStates)[number];

/**
 * What decides what stands in an index besides the documents, part by part, so that a difference says what has
 * to be made anew: another embedder means other vectors, another parser or chunker only that documents would
 * come out differently today.
 */
export interface Fingerprints {
  readonly parser: string;
  readonly chunker: string;
  readonly analysis: string;
  /** `Embedder.fingerprint`; null in data that did not keep it by itself. */
  readonly embedder: string | null;
}

/** One build of a corpus' index, as it is kept in its corpus. */
export interface Generation {
  /** Counts from 1 within the corpus. */
  readonly number: number;
  readonly physicalName: PhysicalName;
  readonly state: GenerationState;
  /** A model of the registry, or `openai:NAME` for one behind an OpenAI-compatible endpoint. */
  readonly embedder: string;
  readonly dimensions: number;
  readonly chunking: Chunking;
  readonly fingerprints: Fingerprints;
  /** Of all parts together, in data that did not keep them apart. */
  readonly wholeFingerprint?: string;
  /** The generation whose place it is to take; null for the first. */
  readonly builtFrom: number | null;
  /** Of the last time that it was looked at; null before. */
  readonly report: VerificationReport | null;
  /** When readers were last switched to it; null where they never were. ISO 8601, UTC. */
  readonly promotedAt: string | null;
  /** When a retired one is given up; null for any other. ISO 8601, UTC. */
  readonly expiresAt: string | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** Of a generation that nobody has looked at or read yet. */
export const unread = {
  report: null,
  promotedAt: null,
  expiresAt: null,
} as const satisfies Partial<Generation>;

/**
 * What a document was made with, as its manifest entry keeps it: parser, chunker and analysis. A document made
 * with another one is found as it is; a plan says that it would be made anew.
 */
export function makingOf({ parser, chunker, analysis }: Omit<Fingerprints, 'embedder'>): string {
  return `${parser}.${chunker}.${analysis}`;
}
