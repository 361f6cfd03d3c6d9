import { type Corpus, corpusDefaults, corpusVersion, defaultDeletionGuard, type Language } from './corpus.ts';
import { AppError } from './errors.ts';
import { type Chunking, unread } from './generation.ts';
import { type CorpusId, type CorpusName, type PhysicalName, type SourceId, sha256 } from './ids.ts';
import { laneCount } from './manifest.ts';
import { type DocumentChanges, isActive, noChanges, noCounts, type Run, runVersion } from './run.ts';
import { type Schedule, scheduleVersion } from './schedule.ts';
import type { SourceSettings } from './source-settings.ts';

/**
 * The source that documents belong to where their manifest entry names none: data of before corpora had several
 * sources, and so the only source of a corpus that has one.
 */
export const onlySourceId = 'main' as SourceId;

/** What version 1 of everything made documents with. */
export const firstMaking = '1.1.1';

/**
 * A corpus record as this code knows it, brought forward step by step. Fields of a newer version are kept as they
 * are, so that writing the record again loses none.
 * @param stored what a store has kept as JSON.
 */
export function corpusOfRecord(stored: unknown): Corpus {
  return bringForward<Corpus>(
    stored,
    'corpus',
    { 1: corpusFromVersion1, 2: corpusFromVersion2, 3: corpusFromVersion3 },
    corpusVersion,
  );
}

/** As {@link corpusOfRecord}, for a run. */
export function runOfRecord(stored: unknown): Run {
  return bringForward<Run>(stored, 'run', { 1: runFromVersion1 }, runVersion);
}

/** As {@link corpusOfRecord}, for a schedule. */
export function scheduleOfRecord(stored: unknown): Schedule {
  return bringForward<Schedule>(stored, 'schedule', {}, scheduleVersion);
}

type JsonObject = Readonly<Record<string, unknown>>;
type Step = (record: JsonObject) => JsonObject;

function bringForward<Kept>(
  stored: unknown,
  kind: string,
  steps: Readonly<Record<number, Step>>,
  wanted: number,
): Kept {
  if (typeof stored !== 'object' || stored === null) {
    throw new AppError('failed_precondition', `a ${kind} record is damaged: it is no object`);
  }
  let record: JsonObject = { ...stored };
  for (let version = versionOf(record); version < wanted; version += 1) {
    const step = steps[version];
    if (step === undefined) {
      throw new AppError('failed_precondition', `a ${kind} record has version ${version}, which never was`);
    }
    record = { ...step(record), version: version + 1 };
  }
  // Of our own making, or of a later version that has kept these fields.
  return record as unknown as Kept;
}

/** The first records had no version in them. */
function versionOf({ version }: JsonObject): number {
  return typeof version === 'number' ? version : 1;
}

interface CorpusVersion1 {
  readonly name: CorpusName;
  readonly settings: {
    readonly source: SourceSettings;
    readonly language: Language;
    readonly embedder: string;
    readonly chunking: Chunking;
  };
  readonly generation: number;
  readonly fingerprint: string;
  readonly dimensions: number;
  readonly createdAt: string;
}

/** One source without a prefix, and one generation in the place that was named for the corpus alone. */
function corpusFromVersion1(record: JsonObject): JsonObject {
  const { settings, generation, dimensions, fingerprint, ...rest } = record as unknown as CorpusVersion1;
  const { name, createdAt } = rest;
  return {
    ...rest,
    corpusId: idOfVersion1(name, createdAt),
    sources: [{ sourceId: onlySourceId, prefix: '', settings: settings.source }],
    language: settings.language,
    deletionGuard: defaultDeletionGuard,
    generations: [
      {
        number: generation,
        physicalName: placeOfVersion1(name, generation),
        state: 'live',
        embedder: settings.embedder,
        dimensions,
        chunking: settings.chunking,
        fingerprints: { parser: '1', chunker: '1', analysis: '1', embedder: null },
        wholeFingerprint: fingerprint,
        builtFrom: null,
        createdAt,
      },
    ],
    liveGeneration: generation,
    buildingGeneration: null,
    activeRuns: {},
    deletingSince: null,
  };
}

interface CorpusVersion2 {
  readonly liveGeneration: number;
  readonly generations: readonly JsonObject[];
}

/** It had one generation and nothing to compare it with. */
function corpusFromVersion2(record: JsonObject): JsonObject {
  const { generations, liveGeneration } = record as unknown as CorpusVersion2;
  return {
    ...corpusDefaults,
    ...record,
    generations: generations.map((generation) => ({ ...unread, ...generation })),
    lastGeneration: liveGeneration,
  };
}

/** None of its sources could be taken away. */
function corpusFromVersion3(record: JsonObject): JsonObject {
  return { removedSources: corpusDefaults.removedSources, ...record };
}

interface RunVersion1 {
  readonly corpus: CorpusName;
  readonly generation: number;
  readonly state: Run['state'];
  readonly changes: Pick<DocumentChanges, 'new' | 'changed' | 'unchanged' | 'deleted'>;
}

/** A run of version 1 does not know its corpus' id; whoever takes it up compares the names of the places. */
function runFromVersion1(record: JsonObject): JsonObject {
  const { corpus, generation, state, changes } = record as unknown as RunVersion1;
  return {
    ...record,
    kind: 'sync',
    corpusId: '' as CorpusId,
    physicalName: placeOfVersion1(corpus, generation),
    scope: null,
    remake: false,
    waiting: null,
    waited: [],
    plan: {
      phase: state === 'planning' ? 'scan' : 'done',
      step: 0,
      source: 0,
      after: null,
      listed: 0,
      uncovered: [],
      gone: 0,
    },
    changes: { ...noChanges, ...changes },
    withheld: null,
    approvedDeletions: null,
    budget: null,
    bound: null,
    counts: noCounts,
    chains: Array.from({ length: laneCount }, () => (isActive({ state }) ? 1 : -1)),
    inbox: null,
  };
}

/** Where version 1 kept a generation: the name was used again by a later corpus of the same name. */
export function placeOfVersion1(name: CorpusName, generation: number): PhysicalName {
  return `${name}.g${generation}` as PhysicalName;
}

/** The same for everybody who brings the record forward. */
function idOfVersion1(name: CorpusName, createdAt: string): CorpusId {
  return sha256(`${name}\0${createdAt}`).slice(0, 12) as CorpusId;
}
