export { cancelRun } from './cancel-run.ts';
export { ingestJobs } from './catalog.ts';
export {
  type ChunkLimits,
  type ChunkOptions,
  chunkDocument,
  chunkerVersion,
  reservedTokens,
  type TokenizedChunk,
} from './chunking/chunk-document.ts';
export { createIngestHandlers } from './create-ingest-handlers.ts';
export { type GenerationParts, generationFingerprint } from './generation-fingerprint.ts';
export type { IngestJob, IngestJobs, IngestPorts, PrepareResult, PricedBatches } from './ports.ts';
export {
  type PreparedChunk,
  type PreparedDocument,
  type PrepareOptions,
  prepareDocument,
} from './prepare-document.ts';
export { type Reconciled, reconcile } from './reconcile.ts';
export { createReconciler, type Reconciler } from './reconciler.ts';
export { type RunProgress, type RunReport, runReport } from './run-report.ts';
export { type StartedRun, type StartOptions, startRun } from './start-run.ts';
