import type {
  Backfill,
  Corpus,
  Cost,
  DocumentChanges,
  DocumentState,
  FailureReason,
  Language,
  LedgerQuery,
  LedgerSum,
  Run,
  RunId,
  RunState,
  Sha256,
  SourceSettings,
} from '@winnow/core';
import type { EvaluationMode, EvaluationReport } from '@winnow/evaluation';
import type { AnswerEvent, AnswerRequest, SearchRequest, SearchResponse } from '@winnow/retrieval';
import type { ModelTest, ModelTestRequest } from './models/test-model.ts';

/** What Winnow can do, over whichever servers are configured. The command line and the HTTP API both call this. */
export interface Engine {
  readonly mode: 'embedded' | 'full';

  /** @throws AppError `failed_precondition` if the name is taken, `not_found` for an unknown model or a missing source. */
  createCorpus(request: NewCorpus, signal: AbortSignal): Promise<CorpusSummary>;
  listCorpora(): Promise<readonly CorpusSummary[]>;
  /** This and every method below throws AppError `not_found` for an unknown corpus. */
  showCorpus(name: string): Promise<CorpusSummary>;
  deleteCorpus(name: string): Promise<void>;
  showDocument(name: string, documentId: string): Promise<DocumentView>;
  /** At most `limit`, in no order that means anything. */
  listDocuments(
    name: string,
    query: { state?: DocumentState; limit: number },
  ): Promise<readonly DocumentLine[]>;
  /** One JSON line a chunk, ordered by document and position: the same bytes for the same content. */
  exportChunks(name: string, options: { vectors: boolean; signal: AbortSignal }): AsyncIterable<string>;

  /** Accepts a run of the corpus, or joins the one that is under way. Workers do the work. */
  startRun(name: string, options?: RunOptions): Promise<RunReport>;
  showRun(runId: string): Promise<RunReport>;
  /** Newest first. */
  listRuns(name: string, limit: number): Promise<readonly (Run & { readonly cost: Cost })[]>;
  cancelRun(runId: string): Promise<RunReport>;

  search(name: string, request: SearchRequest, signal: AbortSignal): Promise<SearchResponse>;
  answer(name: string, request: AnswerRequest, signal: AbortSignal): AsyncIterable<AnswerEvent>;
  /** Indexes a BEIR folder as a corpus of its own (again only what changed) and measures each mode on it. */
  evaluate(request: EvaluationRequest, signal: AbortSignal): Promise<EvaluationReport>;

  /** What models were paid, from the ledger; corpora that are gone included. */
  costs(query: LedgerQuery): Promise<readonly LedgerSum[]>;

  /** Fetches and loads the models of a corpus, so that the first query does not pay for it. */
  warm(name: string, signal: AbortSignal): Promise<void>;
  /** Tries a model on three known texts. */
  testModel(request: ModelTestRequest, signal: AbortSignal): Promise<ModelTest>;
  /** Fetches and checks the files of a local model. Throws `invalid_argument` for one that has none. */
  pullModel(name: string, signal: AbortSignal): Promise<readonly string[]>;

  /** Takes jobs until it is closed. In embedded mode it must live in the process that starts the runs. */
  createWorker(): EngineWorker;
  /** Tells a second process on the same data folder where this one can be asked. */
  announce(address: string): void;
  /** Resolves if every server in use answers and fits; throws the first AppError otherwise. */
  check(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface EngineWorker {
  start(): Promise<void>;
  /** Running jobs get `graceMs` to end; then they go back to the queue. */
  close(options: { readonly graceMs: number }): Promise<void>;
}

/** How a run is to work. */
export interface RunOptions {
  /**
   * Has the texts embedded in the provider's batches, for less money and within a day. Throws
   * `failed_precondition` where the model has none.
   */
  readonly batch?: boolean;
}

export interface NewCorpus {
  readonly name: string;
  /** A folder, or a JSONL or CSV file. */
  readonly path: string;
  /** Globs within a folder; all files by default. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** By the language of the documents if not given. */
  readonly embedder?: string;
  readonly language?: Language;
  /** Tokens a chunk may have; the model's limit, at most 512, if not given. */
  readonly chunkTokens?: number;
}

export interface CorpusSummary {
  readonly name: string;
  /** Documents that can be found. */
  readonly documents: number;
  readonly pending: number;
  readonly failed: number;
  readonly chunks: number;
  readonly embedder: string;
  readonly dimensions: number;
  readonly language: Language;
  readonly chunking: Corpus['settings']['chunking'];
  readonly source: SourceSettings;
  readonly generation: number;
  readonly fingerprint: string;
  readonly createdAt: string;
}

/** How far a run is. */
export interface RunReport {
  readonly run: RunId;
  readonly corpus: string;
  readonly state: RunState;
  /** Why a run failed. */
  readonly reason: string | null;
  readonly documents: DocumentChanges & { readonly failed: number };
  readonly chunks: { readonly embedded: number; readonly reused: number };
  readonly modelCalls: number;
  /** Tokens sent to the embedding model. */
  readonly tokens: number;
  /** What the run's calls cost, from the ledger. */
  readonly cost: Cost;
  /** How far the provider's batches are; null for a run without them. */
  readonly backfill: Backfill | null;
  /** From the start to the end, or to now. */
  readonly seconds: number;
  readonly progress: {
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
  readonly runId: RunId;
  readonly chunks: readonly {
    readonly chunkId: string;
    readonly start: number;
    readonly end: number;
    readonly headings: readonly string[];
    readonly text: string;
  }[];
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
