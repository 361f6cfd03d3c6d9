import type {
  DocumentState,
  FailureReason,
  LedgerQuery,
  LedgerSum,
  Place,
  RunId,
  Sha256,
  SourceId,
} from '@winnow/core';
import type { EvaluationMode, EvaluationReport } from '@winnow/evaluation';
import type { DoctorReport, InboxItem, InboxPage } from '@winnow/ingestion';
import type { ModelKind } from '@winnow/models';
import type { AnswerEvent, AnswerRequest, SearchRequest, SearchResponse } from '@winnow/retrieval';
import type { EngineArchives } from './archives.ts';
import type { EngineDiscovery } from './discovery/discovery.ts';
import type { DocumentLine, DocumentQuery } from './document-list.ts';
import type { EngineCorpora } from './engine-corpora.ts';
import type { EngineRuns, RunReport } from './engine-runs.ts';
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

export interface EngineDocuments {
  show(name: string, documentId: string): Promise<DocumentView>;
  list(name: string, query: DocumentQuery): Promise<readonly DocumentLine[]>;
  /**
   * One JSON line a chunk, ordered by document and position: the same bytes for the same content.
   * @param options.onDamaged told of each document of which chunks are lost; what is left of it comes.
   */
  export(
    name: string,
    options: { vectors: boolean; signal: AbortSignal; onDamaged?: (documentId: string) => void },
  ): AsyncIterable<string>;
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
