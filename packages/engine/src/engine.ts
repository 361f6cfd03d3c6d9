import type {
  Backfill,
  Budget,
  CorpusChanges,
  CorpusSource,
  Cost,
  DeletionGuard,
  DocumentChanges,
  DocumentState,
  FailureReason,
  Fingerprints,
  Generation,
  GoldenSet,
  Language,
  LedgerQuery,
  LedgerSum,
  ParkedJob,
  Place,
  PlanBinding,
  RecordFields,
  Recording,
  RunId,
  RunKind,
  RunState,
  Sha256,
  SourceId,
  VerificationSettings,
  Waited,
  Waiting,
} from '@winnow/core';
import type { EvaluationMode, EvaluationReport } from '@winnow/evaluation';
import type { CorpusPlan, DoctorReport, InboxItem, InboxPage, PlanProgressUpdate } from '@winnow/ingestion';
import type { ModelKind } from '@winnow/models';
import type { AnswerEvent, AnswerRequest, SearchRequest, SearchResponse } from '@winnow/retrieval';
import type { EngineArchives } from './archives.ts';
import type { EngineDiscovery } from './discovery/discovery.ts';
import type { EngineGenerations } from './generations.ts';
import type { ModelTest, ModelTestRequest } from './models/test-model.ts';
import type { EnginePush } from './push/engine-push.ts';
import type { EngineGolden, EngineQuality } from './quality/engine-quality.ts';
import type { EngineSchedules } from './schedules/engine-schedules.ts';
import type { EngineSources } from './sources/engine-sources.ts';

/**
 * What Winnow can do, over whichever servers are configured. The command line and the HTTP API both call this. Every
 * method that is given the name of a corpus throws AppError `not_found` for an unknown one.
 */
export interface Engine {
  readonly mode: 'embedded' | 'full';
  readonly corpora: EngineCorpora;
  readonly sources: EngineSources;
  readonly documents: EngineDocuments;
  readonly push: EnginePush;
  readonly archives: EngineArchives;
  readonly runs: EngineRuns;
  readonly generations: EngineGenerations;
  readonly inbox: EngineInbox;
  readonly doctor: EngineDoctor;
  readonly golden: EngineGolden;
  readonly quality: EngineQuality;
  readonly schedules: EngineSchedules;
  readonly queries: EngineQueries;
  readonly discovery: EngineDiscovery;
  readonly models: EngineModels;
  /** Indexes a BEIR folder as a corpus of its own (again only what changed) and measures each mode on it. */
  evaluate(request: EvaluationRequest, signal: AbortSignal): Promise<EvaluationReport>;
  /** What models were paid, from the ledger; corpora that are gone included. */
  costs(query: LedgerQuery): Promise<readonly LedgerSum[]>;
  /**
   * Takes jobs until it is closed. In embedded mode it must live in the process that starts the runs.
   * @param options.keepsTime takes up what is scheduled too, if no other process does; left out: it does not.
   */
  createWorker(options?: { readonly keepsTime?: boolean }): EngineWorker;
  /** Tells a second process on the same data folder where this one can be asked. */
  announce(address: string): void;
  /** Resolves if every server in use answers and fits; throws the first AppError otherwise. */
  check(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface EngineCorpora {
  /** @throws AppError `failed_precondition` if the name is taken, `not_found` for an unknown model or a missing source. */
  create(request: NewCorpus, signal: AbortSignal): Promise<CorpusSummary>;
  list(): Promise<readonly CorpusSummary[]>;
  show(name: string): Promise<CorpusSummary>;
  /** Other settings from now on. Where recording is turned off, what was recorded is forgotten. */
  change(name: string, changes: CorpusChanges): Promise<CorpusSummary>;
  /** Ends what a delete left that was broken off, too. */
  delete(name: string): Promise<void>;
}

export interface EngineDocuments {
  show(name: string, documentId: string): Promise<DocumentView>;
  /** At most `limit`, in no order that means anything. */
  list(name: string, query: { state?: DocumentState; limit: number }): Promise<readonly DocumentLine[]>;
  /**
   * One JSON line a chunk, ordered by document and position: the same bytes for the same content.
   * @param options.onDamaged told of each document of which chunks are lost; what is left of it comes.
   */
  export(
    name: string,
    options: { vectors: boolean; signal: AbortSignal; onDamaged?: (documentId: string) => void },
  ): AsyncIterable<string>;
}

export interface EngineRuns {
  /**
   * What an ingest would do, and what it would cost; nothing is changed.
   * @param options.out a file that {@link start} takes.
   */
  plan(name: string, options: PlanOptions, signal: AbortSignal): Promise<CorpusPlan>;
  /** Accepts a run of the corpus, or joins the one that is under way. Workers do the work. */
  start(name: string, options?: RunOptions): Promise<RunReport>;
  /** One read of the run's record: cheap enough to be asked every second. */
  show(runId: string): Promise<RunReport>;
  /** Newest first. */
  list(name: string, limit: number): Promise<readonly RunReport[]>;
  /** Of all corpora, those that are under way; oldest first. */
  active(): Promise<readonly RunReport[]>;
  cancel(runId: string): Promise<RunReport>;
  pause(runId: string): Promise<RunReport>;
  /** @param budget from now on, in all; left out: as before. */
  resume(runId: string, budget?: Budget): Promise<RunReport>;
  /** Jobs that only a newer version understands. */
  parked(): Promise<readonly ParkedJob[]>;
}

export interface PlanOptions {
  readonly remake?: boolean;
  readonly out?: string;
  readonly onProgress?: (progress: PlanProgressUpdate) => void;
}

export interface EngineInbox {
  list(name: string, query: InboxQuery): Promise<InboxPage>;
  show(name: string, documentId: string): Promise<InboxItem>;
  /** Starts a run that takes them up again. Throws `failed_precondition` where there is nothing to retry. */
  retry(name: string, which: InboxSelection): Promise<RunReport>;
  /** @returns how many. */
  dismiss(name: string, which: InboxSelection): Promise<number>;
}

interface InboxQuery {
  readonly cause?: string;
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string;
}

/** One or some of the inbox, all of a cause, or all. */
export interface InboxSelection {
  readonly cause?: string;
  readonly documentIds?: readonly string[];
}

export interface EngineDoctor {
  /**
   * Compares source, manifest and index; changes nothing of them.
   * @param options.forRepair first ends a run whose process is gone, so that what it left pending is found.
   */
  examine(
    name: string,
    options: { readonly onProgress?: (checked: number) => void; readonly forRepair?: boolean },
    signal: AbortSignal,
  ): Promise<DoctorReport>;
  /** Starts a run that mends what the report found; null where there is nothing for a run to do. */
  repair(name: string, report: DoctorReport, signal: AbortSignal): Promise<RunReport | null>;
}

interface EngineQueries {
  search(name: string, request: SearchRequest, signal: AbortSignal): Promise<SearchResponse>;
  answer(name: string, request: AnswerRequest, signal: AbortSignal): AsyncIterable<AnswerEvent>;
}

interface EngineModels {
  /** Fetches and loads the models of a corpus, so that the first query does not pay for it. */
  warm(name: string, signal: AbortSignal): Promise<void>;
  /** Tries a model on three known texts. */
  test(request: ModelTestRequest, signal: AbortSignal): Promise<ModelTest>;
  /**
   * For names from outside: they may be of the registry, or configured. Throws `not_found` for others, such as paths,
   * whether or not there is something.
   */
  requireNameable(kind: ModelKind, name: string): void;
  /** Fetches and checks the files of a local model. Throws `invalid_argument` for one that has none. */
  pull(name: string, signal: AbortSignal): Promise<readonly string[]>;
}

export interface EngineWorker {
  start(): Promise<void>;
  /** Running jobs get `graceMs` to end; then they go back to the queue. */
  close(options: { readonly graceMs: number }): Promise<void>;
  /** Whether jobs flow through it: one came round within the last minute. */
  isAlive(): boolean;
}

/** How a run is to work. */
export interface RunOptions {
  /**
   * Has the texts embedded in the provider's batches, for less money and within a day. Throws
   * `failed_precondition` where the model has none.
   */
  readonly batch?: boolean;
  /** Makes anew what an older parser, chunker or analysis made. */
  readonly remake?: boolean;
  /** What the run may spend; reached, it waits. Throws `failed_precondition` for money where no price is known. */
  readonly budget?: Budget;
  /** Deletions that may go on though they are more than the corpus' guard lets through. */
  readonly approvedDeletions?: number;
  /** A file that a plan was written to: exactly what is in it is done, for no more than it costs. */
  readonly planFile?: string;
  /**
   * Refuses at once where a source is not there, instead of waiting for it: for callers on the machine that will read
   * it.
   */
  readonly checkSources?: boolean;
}

export interface NewCorpus {
  readonly name: string;
  /** Folders, JSONL or CSV files, or `push:`; one at least. Of several, each has a name that its document ids begin with. */
  readonly sources: readonly { readonly path: string; readonly name?: string }[];
  /** Globs within folders; all files by default. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Which fields of records, or columns of tables, are what; of all sources that are such files. */
  readonly fields?: RecordFields;
  /** By the language of the documents if not given. */
  readonly embedder?: string;
  readonly language?: Language;
  /** Tokens a chunk may have; the model's limit, at most 512, if not given. */
  readonly chunkTokens?: number;
  readonly deletionGuard?: Partial<DeletionGuard>;
}

export interface CorpusSummary {
  readonly name: string;
  readonly corpusId: string;
  /** Documents that can be found. */
  readonly documents: number;
  readonly pending: number;
  readonly failed: number;
  readonly chunks: number;
  readonly embedder: string;
  readonly dimensions: number;
  readonly language: Language;
  readonly chunking: Generation['chunking'];
  readonly sources: readonly CorpusSource[];
  readonly deletionGuard: DeletionGuard;
  readonly verification: VerificationSettings;
  readonly keepRetiredHours: number;
  readonly recording: Recording;
  readonly golden: GoldenSet | null;
  readonly generation: number;
  readonly fingerprints: Fingerprints;
  /** The run that is under way, if any. */
  readonly activeRun: RunId | null;
  /** Set while a delete is not at its end. */
  readonly deletingSince: string | null;
  /** Set while a restore is not at its end: since when. Nothing of it can be read before. */
  readonly restoringSince: string | null;
  readonly createdAt: string;
}

/** How far a run is. */
export interface RunReport {
  readonly run: RunId;
  readonly kind: RunKind;
  readonly corpus: string;
  readonly state: RunState;
  /** What it waits for now; null while it does not. */
  readonly waiting: Waiting | null;
  readonly waited: readonly Waited[];
  /** Why a run failed or was canceled. */
  readonly reason: string | null;
  /** What became of the documents; `stillFailed` is everything in the inbox once the run has ended, null before. */
  readonly documents: Pick<DocumentChanges, 'new' | 'changed' | 'unchanged' | 'deleted'> & {
    readonly failed: number;
    readonly stillFailed: number | null;
  };
  /** What the comparison of source and manifest came to. */
  readonly planned: DocumentChanges;
  /** Deletions that were held back, and the limit that they are above; 0 where none were. */
  readonly deletions: { readonly withheld: number; readonly limit: number | null };
  /** Deletions that somebody approved of when it was started, at most; null: the guard decides. */
  readonly approvedDeletions: number | null;
  /** Places that could not be looked into: nothing there was deleted. */
  readonly uncovered: readonly {
    readonly prefix: string;
    readonly sourceId: string;
    readonly reason: string;
  }[];
  /** The plan file that it keeps to. */
  readonly bound: PlanBinding | null;
  readonly budget: Budget | null;
  readonly chunks: { readonly embedded: number; readonly reused: number };
  readonly modelCalls: number;
  /** Sent to the embedding model. */
  readonly tokens: number;
  /** What the run's calls cost: as counted along the way while it is under way, from the ledger after. */
  readonly cost: Cost;
  /** How far the provider's batches are; null for a run without them. */
  readonly backfill: Backfill | null;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** From the start to the end, or to now. */
  readonly seconds: number;
  readonly progress: {
    /** Documents listed by the sources so far. */
    readonly listed: number;
    /** Documents that this run has to index, and those it is done with. */
    readonly total: number;
    readonly done: number;
    readonly tokensPerSecond: number;
    /** null while there is nothing to tell it by. */
    readonly etaSeconds: number | null;
  };
}

export interface DocumentLine {
  readonly documentId: string;
  readonly state: DocumentState;
  readonly reason: FailureReason | null;
  readonly chunks: number;
  readonly updatedAt: string;
}

export interface DocumentView {
  readonly documentId: string;
  readonly state: DocumentState;
  readonly reason: FailureReason | null;
  readonly title: string | null;
  readonly contentHash: Sha256;
  readonly revision: number;
  readonly liveRevision: number | null;
  readonly sourceId: SourceId;
  readonly runId: RunId;
  readonly chunks: readonly (Place & {
    readonly chunkId: string;
    readonly start: number;
    readonly end: number;
    readonly headings: readonly string[];
    readonly text: string;
  })[];
}

export interface EvaluationRequest {
  /** Folder with `corpus.jsonl[.gz]`, `queries.jsonl` and `qrels/NAME.tsv`. */
  readonly data: string;
  /** Which judgments: `test` by default. */
  readonly qrels?: string;
  readonly modes?: readonly EvaluationMode[];
  readonly embedder?: string;
  /** Of the mode `rerank`; the corpus' default if not given. */
  readonly rerank?: string;
  /** A metadata field that query and document must share, where judgments are within a pool. */
  readonly pool?: string;
  readonly onRun?: (report: RunReport) => void;
  readonly onQuery?: (done: number, total: number) => void;
}
