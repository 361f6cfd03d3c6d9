export { ingestJobs } from './catalog.ts';
export {
  type ChunkLimits,
  type ChunkOptions,
  chunkDocument,
  chunkerVersion,
  reservedTokens,
  type TokenizedChunk,
} from './chunking/chunk-document.ts';
export { type CorpusRequest, type CreateCorpusPorts, createCorpus } from './corpora/create-corpus.ts';
export { requireFitting } from './corpora/fit-generation.ts';
export { createIngestHandlers } from './create-ingest-handlers.ts';
export { type Reconciled, reconcile } from './healing/reconcile.ts';
export { createReconciler, type Reconciler } from './healing/reconciler.ts';
export { sweep } from './healing/sweep.ts';
export type {
  EmbeddingPrice,
  IngestJob,
  IngestJobs,
  IngestPorts,
  IngestTuning,
  PrepareResult,
  PricedBatches,
} from './ports.ts';
export {
  type PreparedChunk,
  type PreparedDocument,
  type PrepareOptions,
  prepareDocument,
} from './prepare-document.ts';
export { cancelRun } from './runs/cancel-run.ts';
export { pauseRun, resumeRun, waitsForSomebody } from './runs/pause-run.ts';
export { type RunProgress, type RunReport, reportOf, runReport } from './runs/run-report.ts';
export { requirePrice } from './runs/spend.ts';
export { activeRun, type StartedRun, type StartOptions, startRun } from './runs/start-run.ts';
export { createTroubles, type Troubles } from './waiting/troubles.ts';
