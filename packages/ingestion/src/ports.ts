import type {
  BatchEmbedder,
  Bill,
  BillTo,
  BlobStore,
  Embedder,
  EmbeddingCache,
  FailureReason,
  Fingerprints,
  Generation,
  JobOf,
  JobQueue,
  Logger,
  ModelUsage,
  PayloadOf,
  RawDocument,
  Run,
  Source,
  SourceSettings,
  Store,
} from '@winnow/core';
import type { ingestJobs } from './catalog.ts';
import type { PreparedDocument } from './prepare-document.ts';
import type { Troubles } from './waiting/troubles.ts';

export type IngestJobs = typeof ingestJobs;
export type IngestJob = JobOf<IngestJobs>;
export type LanePosition = PayloadOf<IngestJobs, 'documents.chunk'>;

/** A document ready to be embedded, or why it cannot be. */
export type PrepareResult =
  | { readonly ok: true; readonly document: PreparedDocument }
  | { readonly ok: false; readonly reason: FailureReason };

/** Batches of a provider, and their price. */
export interface PricedBatches {
  readonly batches: BatchEmbedder;
  /** Writes what a batch took on the bill. */
  charge(usage: ModelUsage, bill: Bill): void;
}

/** What embedding costs. */
export interface EmbeddingPrice {
  /** US dollars for a million tokens; 0 for local models. */
  readonly usdPerMillionTokens: number;
  /** The day or month that the price was listed; null for models that cost nothing. */
  readonly listDate: string | null;
}

/** Everything outside that ingestion works on. */
export interface IngestPorts {
  readonly store: Store;
  readonly queue: JobQueue<IngestJobs>;
  /** Jobs of a process that dies are taken up by another one, and not lost. */
  readonly queueOutlivesProcess: boolean;
  readonly blobs: BlobStore;
  openSource(settings: SourceSettings): Source;
  /**
   * Runs `prepareDocument` where it can neither block nor bring down this thread.
   * @throws AppError retryable only where the trouble is not the document's. Anything else, and any other
   * error, is taken as the document's own failure.
   */
  prepare(raw: RawDocument, generation: Generation, signal: AbortSignal): Promise<PrepareResult>;
  /** Versions of what documents are made with today. */
  readonly making: Omit<Fingerprints, 'embedder'>;
  /** Starts the account of what is done for a run. */
  openBill(to: BillTo): Bill;
  /**
   * @param bill gets what each call takes.
   * @throws AppError `not_found` or `failed_precondition`: of part `model` where the model is not there, which is
   * waited for; of no part where it does not fit the generation, which ends the run.
   */
  embedderOf(generation: Generation, bill: Bill): Promise<Embedder>;
  /** @returns null where no price is known. */
  priceOf(generation: Generation): Promise<EmbeddingPrice | null>;
  /** @returns null where the generation's model has no batches. */
  batchesOf(generation: Generation): Promise<PricedBatches | null>;
  /** Vectors of remote models. */
  readonly embeddingCache: EmbeddingCache;
  /** What could not be written down, since the store is what is in trouble. */
  readonly troubles: Troubles;
  /** What tests vary. */
  readonly tuning?: IngestTuning;
  /** The current time. */
  readonly now: () => Date;
  readonly log: Logger;
}

/** Numbers that nobody sets but tests. */
export interface IngestTuning {
  /** Between two looks at a batch that is under way; 30 s by default. */
  readonly batchPollMs?: number;
  /** Before trouble is looked at again for the first time; 2 s by default, doubling to at most a minute. */
  readonly firstPauseMs?: number;
  /** Items that one slice of a plan compares; 10,000 by default. */
  readonly sliceItems?: number;
  /** Bundles under way at once, over all runs of the queue; 16 by default. */
  readonly bundlesInFlight?: number;
}

/** A fresh account of what is done for a run. */
export function billOf(ports: Pick<IngestPorts, 'openBill'>, { corpus, runId }: Run): Bill {
  return ports.openBill({ corpus, runId, queryId: null });
}
