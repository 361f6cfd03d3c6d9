import type {
  BatchEmbedder,
  Bill,
  BillTo,
  BlobStore,
  Corpus,
  Embedder,
  EmbeddingCache,
  FailureReason,
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

/** Everything outside that ingestion works on. */
export interface IngestPorts {
  readonly store: Store;
  readonly queue: JobQueue<IngestJobs>;
  readonly blobs: BlobStore;
  openSource(settings: SourceSettings): Source;
  /**
   * Runs `prepareDocument` where it can neither block nor bring down this thread.
   * @throws AppError retryable only where the trouble is not the document's. Anything else, and any other
   * error, is taken as the document's own failure.
   */
  prepare(raw: RawDocument, corpus: Corpus, signal: AbortSignal): Promise<PrepareResult>;
  /** Starts the account of what is done for a run. */
  openBill(to: BillTo): Bill;
  /**
   * @param bill gets what each call takes.
   * @throws AppError `not_found` or `failed_precondition` where the corpus' model is not there: ends the run.
   */
  embedderOf(corpus: Corpus, bill: Bill): Promise<Embedder>;
  /** @returns null where the corpus' model has no batches. */
  batchesOf(corpus: Corpus): Promise<PricedBatches | null>;
  /** Between two looks at a batch that is under way; 30 s if not given. */
  readonly batchPollMs?: number;
  /** Vectors of remote models. */
  readonly embeddingCache: EmbeddingCache;
  /** The current time. */
  readonly now: () => Date;
  readonly log: Logger;
}

/** A fresh account of what is done for a run. */
export function billOf(ports: Pick<IngestPorts, 'openBill'>, { corpus, runId }: Run): Bill {
  return ports.openBill({ corpus, runId, queryId: null });
}
