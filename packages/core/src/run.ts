import {
  type CorpusId,
  type CorpusName,
  type DocumentId,
  type GenerationRef,
  type PhysicalName,
  type RunId,
  type SourceId,
  shortHash,
} from './ids.ts';
import type { RunWindow } from './window.ts';

/**
 * - `planning`: source and manifest are being compared
 * - `running`: documents are being made searchable
 * - `completed`, `failed`, `canceled`: ended
 */
export const runStates = ['planning', 'running', 'completed', 'failed', 'canceled'] as const;
export type RunState = (typeof runStates)[number];

/**
 * - `sync`: what changed at the source
 * - `reindex`: everything, into a generation of its own
 * - `retry`: documents of the inbox
 * - `repair`: what a doctor found
 * - `restore`: what an archive holds; worked on by the process that began it, and by no job
 * - `push`: what is sent to us; a generation has one, which ends when nothing is pending and begins again with the next
 *   push, beside whatever other run is under way
 */
export const runKinds = ['sync', 'reindex', 'retry', 'repair', 'restore', 'push'] as const;
export type RunKind = (typeof runKinds)[number];

/**
 * What a run may wait for. None of it is a document's fault, none costs an attempt, and the run goes on by itself
 * when it is over; `paused` and `budget` are over when somebody says so, `stopped` when a process takes it up,
 * `window` when the hours come in which it may work.
 */
export const waitReasons = [
  'paused',
  'budget',
  'source_away',
  'index_away',
  'index_busy',
  'index_full',
  'index_refuses',
  'model_away',
  'model_busy',
  'model_refuses',
  'queue_away',
  'queue_full',
  'stopped',
  'window',
  'worker_lost',
  'unexpected',
] as const;
export type WaitReason = (typeof waitReasons)[number];

/** What a run waits for now. */
export interface Waiting {
  readonly reason: WaitReason;
  /** What was met, in a sentence for the person who can end it. */
  readonly message: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** Times it was looked at again, in vain. */
  readonly looks: number;
  /** When it is looked at next; null where somebody has to act. ISO 8601, UTC. */
  readonly nextLookAt: string | null;
}

/** What a run waited for in all, by reason. */
export interface Waited {
  readonly reason: WaitReason;
  readonly seconds: number;
}

/** How the source differs from the manifest, in documents. */
export interface DocumentChanges {
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly deleted: number;
  /** New or changed, and not to be read. */
  readonly unreadable: number;
  /** Unchanged, and made with another parser, chunker or analysis than today's. */
  readonly outdated: number;
}

export const noChanges: DocumentChanges = {
  new: 0,
  changed: 0,
  unchanged: 0,
  deleted: 0,
  unreadable: 0,
  outdated: 0,
};

/** Which documents a run is about; null: all. */
export interface RunScope {
  /** Only documents of the inbox with this cause. */
  readonly cause?: string;
  /** Only these, at most 1,000. */
  readonly documentIds?: readonly DocumentId[];
}

/**
 * How far the planning of a run is. A plan is a chain of small jobs; what one has done is recorded here before the
 * next begins, so that a crash costs one of them.
 */
export interface PlanProgress {
  readonly phase: 'scan' | 'count' | 'remove' | 'done';
  /** The plan's jobs so far; one that is behind has been overtaken. */
  readonly step: number;
  /** The step at which the scan began, where it had to begin anew. */
  readonly firstStep?: number;
  /** Of a build, which scan of the sources this is, from 1: it follows what changed while it was at work. */
  readonly round?: number;
  /** What the rounds before have had to do, in documents. */
  readonly doneBefore?: number;
  /** Steps that the scan took, once it is over. */
  readonly scanSteps?: number;
  /** Index of the source that is being scanned. */
  readonly source: number;
  /** Where the scan, or the walk through the manifest, goes on; null: at the beginning. */
  readonly after: string | null;
  /** Documents listed so far. */
  readonly listed: number;
  /** Ids under which something could not be looked at, as prefixes of document ids: nothing there is deleted. */
  readonly uncovered: readonly Uncovered[];
  /** Documents that are no longer at the source, as far as they were counted. */
  readonly gone: number;
  /** Those of them that are searchable. Missing in runs of older versions: all. */
  readonly goneSearchable?: number;
  /** Where the scan has still to go on, once all else is done: sources that were not there when it was their turn. */
  readonly postponed?: readonly PostponedScan[];
  /** Documents that were deleted before the plan came back to what was postponed: the deletion guard counts them too. */
  readonly deletedBefore?: number;
}

/** A scan of a source that could not go on. */
export interface PostponedScan {
  /** Index of the source. */
  readonly source: number;
  readonly sourceId: string;
  /** Where it goes on; null: at the beginning. */
  readonly after: string | null;
  /** What was met, for the person who can change it. */
  readonly reason: string;
}

/** A place that a scan could not look into. */
export interface Uncovered {
  /** Of document ids; empty: a whole source. */
  readonly prefix: string;
  readonly sourceId: string;
  /** For the person who can change it. */
  readonly reason: string;
}

/** Deletions that a run left undone, since they were more than its corpus' guard lets through. */
export interface Withheld {
  /** Documents that are no longer at the source. */
  readonly count: number;
  /** How many would have been deleted without a word. */
  readonly limit: number;
}

/** What a run has done so far; kept with the run, so that following it costs one read. */
export interface RunCounts {
  /** Documents that the plan accepted or took over: what there is to do. */
  readonly accepted: number;
  /** Of them, made searchable for the first time; in place of an older version; in the inbox. */
  readonly new: number;
  readonly changed: number;
  readonly failed: number;
  readonly embedded: number;
  readonly reused: number;
  readonly modelCalls: number;
  /** Sent to the embedding model. */
  readonly tokens: number;
  /** Of calls whose price is known. */
  readonly usd: number;
}

export const noCounts: RunCounts = {
  accepted: 0,
  new: 0,
  changed: 0,
  failed: 0,
  embedded: 0,
  reused: 0,
  modelCalls: 0,
  tokens: 0,
  usd: 0,
};

/** What a run may spend; reached, the run waits. */
export interface Budget {
  readonly usd: number | null;
  readonly tokens: number | null;
}

/** The plan file that a run keeps to. */
export interface PlanBinding {
  readonly digest: string;
  /** Documents that differ from the plan by now, and were left out. */
  readonly leftOut: number;
  /** Some of them. */
  readonly samples: readonly DocumentId[];
}

/** A batch of texts that a run handed to its provider. */
export interface BackfillBatch {
  /** The same for the same texts: by it the batch is found again after a crash. */
  readonly label: string;
  /** The provider's name for it. */
  readonly batchId: string;
  readonly texts: number;
  /** `failed`: refused by the provider, with a reason; its texts are embedded directly. */
  readonly state: 'submitted' | 'collected' | 'failed';
  /** Texts whose vectors came back. */
  readonly embedded: number;
  readonly reason: string | null;
}

/** How far a run is whose texts are embedded in the provider's batches before documents are taken up. */
export interface Backfill {
  readonly state: 'submitting' | 'waiting' | 'collected';
  readonly batches: readonly BackfillBatch[];
  /** Sources that did not answer when texts were put together: their documents get batches later, and are not taken up before. */
  readonly away?: readonly SourceId[];
}

/** One ingestion of a corpus, as it is kept; changed by compare-and-set only. */
export interface Run {
  /** Of the record: what an older version wrote is brought forward when it is read. */
  readonly version: number;
  readonly runId: RunId;
  readonly kind: RunKind;
  readonly corpus: CorpusName;
  readonly corpusId: CorpusId;
  /** What it writes to. */
  readonly generation: number;
  readonly physicalName: PhysicalName;
  readonly scope: RunScope | null;
  /** Makes unchanged documents anew that an older parser, chunker or analysis made. */
  readonly remake: boolean;
  /** Takes documents from the live generation as they stand there, and looks at no source. */
  readonly fromText?: boolean;
  readonly state: RunState;
  /** Null while it waits for nothing. */
  readonly waiting: Waiting | null;
  readonly waited: readonly Waited[];
  readonly plan: PlanProgress;
  readonly changes: DocumentChanges;
  readonly withheld: Withheld | null;
  /** Deletions that somebody approved of, at most; null: the guard decides. */
  readonly approvedDeletions: number | null;
  readonly budget: Budget | null;
  readonly bound: PlanBinding | null;
  /** Hours in which it may work; left out: at any time. */
  readonly window?: RunWindow;
  readonly counts: RunCounts;
  /**
   * Of each lane the chain of jobs that is at work on it, counted from 1; a job of another chain has been overtaken.
   * Its negative: the lane has nothing left to do.
   */
  readonly chains: readonly number[];
  /** Set where the run was started to use batches; runs of before batches existed have none. */
  readonly backfill?: Backfill;
  /** Documents in the inbox of the generation when the run ended, dismissed ones left out; null before. */
  readonly inbox: number | null;
  /** Why a run failed, or was canceled. */
  readonly reason: string | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

/** The version of a run record that this code writes. */
export const runVersion = 2;

/** The generation that a run writes to. */
export function runRef({ corpus, generation, physicalName }: Run): GenerationRef {
  return { corpus, generation, physicalName };
}

/** The run that takes what is pushed to a generation. */
export function standingRunId({ physicalName }: Pick<GenerationRef, 'physicalName'>): RunId {
  return `${standingPrefix}${shortHash(physicalName)}` as RunId;
}

/**
 * Whether a run is not planned from a scan: each document that it writes is decided by itself, so it is never shut out
 * of a manifest by another run.
 */
export function isStandingRun(runId: RunId): boolean {
  return runId.startsWith(standingPrefix);
}

const standingPrefix = 'push-';

export function isActive({ state }: Pick<Run, 'state'>): boolean {
  return state === 'planning' || state === 'running';
}
