import { randomBytes } from 'node:crypto';
import { AppError } from './errors.ts';
import type { Generation } from './generation.ts';
import type { CorpusId, CorpusName, GenerationRef, PhysicalName, RunId, Sha256, SourceId } from './ids.ts';
import type { SourceSettings } from './source-settings.ts';
import { defaultVerification, type VerificationSettings } from './verification.ts';

export const languages = ['en', 'zh', 'auto'] as const;
export type Language = (typeof languages)[number];

/** One of the places that a corpus' documents come from. */
export interface CorpusSource {
  readonly sourceId: SourceId;
  /**
   * Stands before the source's own ids in document ids, so that two sources may have documents of one name.
   * Empty where a corpus has one source only.
   */
  readonly prefix: string;
  readonly settings: SourceSettings;
}

/**
 * A source that somebody took away from a corpus. What was indexed of it is gone, by this word alone: the source itself
 * is not asked. Under the same name it comes back with the ids that its documents had.
 */
export interface RemovedSource extends CorpusSource {
  /** ISO 8601, UTC. */
  readonly removedAt: string;
}

/** A run that would delete more than both is taken for a mishap: it withholds its deletions until they are approved. */
export interface DeletionGuard {
  /** Documents. */
  readonly documents: number;
  /** Part of the searchable ones, 0–1. */
  readonly share: number;
}

export const defaultDeletionGuard: DeletionGuard = { documents: 10, share: 0.1 };

/** What is kept of the searches of a corpus. */
export interface Recording {
  /** Searches are kept from now on. */
  readonly enabled: boolean;
  /** Days after which they are forgotten. */
  readonly days: number;
}

/** Which golden queries belong to a corpus; they are kept beside it under this id, which is never used again. */
export interface GoldenSet {
  readonly setId: string;
  readonly queries: number;
  readonly judgements: number;
  /** Of queries and judgements. */
  readonly digest: string;
  /** ISO 8601, UTC. */
  readonly setAt: string;
}

/** A change of the generation that readers see. */
export interface Switch {
  readonly kind: 'promote' | 'rollback';
  readonly from: number;
  readonly to: number;
  /** Why it was done without a passed report; null where there was one, or none is needed. */
  readonly forced: string | null;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** What a corpus is being filled from that is not whole yet. */
export interface Restoring {
  /** Of the archive, as its last line has it: a restore goes on with the same archive only. */
  readonly archive: Sha256;
  /** The run that is, or was, at it. */
  readonly runId: RunId;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** A corpus as it is kept; changed by compare-and-set only. */
export interface Corpus {
  /** Of the record, not of the documents: what an older version wrote is brought forward when it is read. */
  readonly version: number;
  readonly corpusId: CorpusId;
  readonly name: CorpusName;
  /** At least one. */
  readonly sources: readonly CorpusSource[];
  /** At most {@link maxSources}; none of them has the id of a source. */
  readonly removedSources: readonly RemovedSource[];
  readonly language: Language;
  readonly deletionGuard: DeletionGuard;
  /** Oldest first; the live one is among them. */
  readonly generations: readonly Generation[];
  /** Number of the generation that readers see. */
  readonly liveGeneration: number;
  /** Number of the one that is being built, or is ready to take the live one's place, if any. */
  readonly buildingGeneration: number | null;
  /** The highest number that a generation ever had: the next one has one more. */
  readonly lastGeneration: number;
  readonly verification: VerificationSettings;
  /** Hours that a generation is kept after readers were switched away from it. */
  readonly keepRetiredHours: number;
  readonly recording: Recording;
  readonly golden: GoldenSet | null;
  /** The last ones, oldest first; at most {@link maxSwitches}. */
  readonly switches: readonly Switch[];
  /**
   * The run that may write to each generation, by its number; a new one takes the place of one that has ended
   * and of no other, so that a generation never has two.
   */
  readonly activeRuns: Readonly<Record<string, RunId>>;
  /** Set when a delete has begun: nothing but the end of the delete is left to do. ISO 8601, UTC. */
  readonly deletingSince: string | null;
  /** Set until a restore has brought everything: before, nobody reads it and nothing else is done to it. */
  readonly restoring?: Restoring;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** What a corpus has where nobody says otherwise. */
export const corpusDefaults = {
  removedSources: [],
  deletionGuard: defaultDeletionGuard,
  verification: defaultVerification,
  keepRetiredHours: 24,
  recording: { enabled: false, days: 30 },
  golden: null,
  switches: [],
} as const satisfies Partial<Corpus>;

/** The version of a corpus record that this code writes. */
export const corpusVersion = 4;

/** Sources that a corpus may have, and removed ones that it remembers. */
export const maxSources = 64;

/** Switches that a corpus remembers. */
export const maxSwitches = 50;

/**
 * The generation that readers see.
 * @throws AppError `internal` for a record that names one it does not have.
 */
export function liveGeneration(corpus: Corpus): Generation {
  return generationNumbered(corpus, corpus.liveGeneration);
}

/** @throws AppError `not_found` where the corpus has none of that number, any more. */
export function generationNumbered(corpus: Corpus, number: number): Generation {
  const generation = corpus.generations.find((each) => each.number === number);
  if (generation !== undefined) return generation;
  throw new AppError('not_found', `corpus ${corpus.name} has no generation ${number}`);
}

/** What stores know a generation by. */
export function generationRef(corpus: Corpus, { number, physicalName }: Generation): GenerationRef {
  return { corpus: corpus.name, generation: number, physicalName };
}

/** What readers read. */
export function liveRef(corpus: Corpus): GenerationRef {
  return generationRef(corpus, liveGeneration(corpus));
}

/** Whether a source was taken away; one that the corpus never had was not. */
export function isRemoved({ removedSources }: Pick<Corpus, 'removedSources'>, sourceId: SourceId): boolean {
  return removedSources.some((each) => each.sourceId === sourceId);
}

/** @throws AppError `failed_precondition` for a corpus that is not whole yet, with what ends that state. */
export function requireRestored({ name, restoring }: Corpus): void {
  if (restoring === undefined) return;
  throw new AppError(
    'failed_precondition',
    `corpus ${name} is incomplete: the restore that began at ${restoring.since} did not come to its end. winnow restore with the same archive goes on with it, winnow corpus delete ${name} gives it up`,
  );
}

/** A fresh id: 60 random bits in 12 of `0-9 a-z`. */
export function createCorpusId(): CorpusId {
  const digits = BigInt(`0x${randomBytes(8).toString('hex')}`).toString(36);
  return digits.padStart(12, '0').slice(-12) as CorpusId;
}

/** Where a generation of a corpus is kept. Holds the corpus' id, so that no later corpus can have the same. */
export function physicalNameOf(name: CorpusName, corpusId: CorpusId, generation: number): PhysicalName {
  return `${name}.${corpusId}.g${generation}` as PhysicalName;
}

/** What a corpus may be called: names become parts of names of indexes. */
export const corpusNamePattern = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const sourceIdPattern = /^[a-z0-9][a-z0-9_-]{0,31}$/;

/** @throws AppError `invalid_argument` with the rule, since names become parts of index names. */
export function parseCorpusName(name: string): CorpusName {
  if (corpusNamePattern.test(name)) return name as CorpusName;
  throw new AppError(
    'invalid_argument',
    `corpus name ${JSON.stringify(name.slice(0, 80))} must be 1–63 of a-z 0-9 _ - and start with a letter or digit`,
  );
}

/** @throws AppError `invalid_argument` with the rule. */
export function parseSourceId(id: string): SourceId {
  if (sourceIdPattern.test(id)) return id as SourceId;
  throw new AppError(
    'invalid_argument',
    `source name ${JSON.stringify(id.slice(0, 80))} must be 1–32 of a-z 0-9 _ - and start with a letter or digit`,
  );
}
