import type {
  BlobStore,
  Corpus,
  Embedder,
  FailureReason,
  JobOf,
  JobQueue,
  Logger,
  PayloadOf,
  RawDocument,
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
  /** @throws AppError `not_found` or `failed_precondition` where the corpus' model is not there: ends the run. */
  embedderOf(corpus: Corpus): Promise<Embedder>;
  /** The current time. */
  readonly now: () => Date;
  readonly log: Logger;
}
