import type {
  Backfill,
  Budget,
  Cost,
  DocumentChanges,
  ParkedJob,
  PlanBinding,
  RunId,
  RunKind,
  RunState,
  Waited,
  Waiting,
} from '@winnow/core';
import type { CorpusPlan, PlanProgressUpdate } from '@winnow/ingestion';

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
   * Refuses at once where no source is there, instead of waiting for one: for callers on the machine that will read
   * them.
   */
  readonly checkSources?: boolean;
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
