export { ingestJobs } from './catalog.ts';
export {
  type ChunkLimits,
  type ChunkOptions,
  chunkDocument,
  chunkerVersion,
  reservedTokens,
  type TokenizedChunk,
} from './chunking/chunk-document.ts';
export {
  addSource,
  changeSource,
  hasDocumentsOf,
  removeSource,
  type SourceChanges,
} from './corpora/change-sources.ts';
export { type CorpusRequest, type CreateCorpusPorts, createCorpus } from './corpora/create-corpus.ts';
export { requireFitting } from './corpora/fit-generation.ts';
export { createIngestHandlers } from './create-ingest-handlers.ts';
export { examine } from './doctor/examine.ts';
export {
  type DoctorReport,
  type ExamineOptions,
  type Finding,
  type FindingKind,
  findingKinds,
} from './doctor/finding.ts';
export { type Repaired, repair } from './doctor/repair.ts';
export { type BuildSettings, nextGeneration } from './generations/build-settings.ts';
export { compareGenerations, type GenerationGap } from './generations/compare-generations.ts';
export { dropBuild, dropGeneration } from './generations/drop-generation.ts';
export {
  type BuildPlan,
  type PlanBuildOptions,
  planBuild,
  type ReadBuildPlan,
  readBuildPlan,
  writeBuildPlan,
} from './generations/plan-build.ts';
export type { Effect, SettingEffect } from './generations/setting-effects.ts';
export { type StartBuildPorts, type StartedBuild, startBuild } from './generations/start-build.ts';
export { promote, rollback, type Switched } from './generations/switch-generation.ts';
export { type Reconciled, reconcile } from './healing/reconcile.ts';
export { createReconciler, type Reconciler } from './healing/reconciler.ts';
export { sweep } from './healing/sweep.ts';
export { dismissItems } from './inbox/dismiss-items.ts';
export type { InboxSelection } from './inbox/inbox-selection.ts';
export { type InboxItem, type InboxPage, type InboxQuery, inboxItem, listInbox } from './inbox/list-inbox.ts';
export { planRetry, retryInbox } from './inbox/retry-inbox.ts';
export type {
  CorpusPlan,
  PlannedDocument,
  PlanOptions,
  PlanProgressUpdate,
  PlanSummary,
} from './planning/corpus-plan.ts';
export { deletionLimit, isUncovered } from './planning/deletion-guard.ts';
export { planCorpus } from './planning/plan-corpus.ts';
export { budgetOf, type PlanFileOptions, type PlanHeader, writePlanFile } from './planning/plan-file.ts';
export { type ReadPlan, readPlanFile } from './planning/read-plan-file.ts';
export { uncoveredOf } from './planning/scan-passes.ts';
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
export { type Pushed, pushDocuments, requirePushSource } from './push/push-documents.ts';
export { cancelRun } from './runs/cancel-run.ts';
export { giveWay } from './runs/give-way.ts';
export { pauseRun, resumeRun, waitsForSomebody } from './runs/pause-run.ts';
export { requireRun } from './runs/require-run.ts';
export { type RunProgress, type RunReport, reportOf, runReport } from './runs/run-report.ts';
export { budgetOptionsFor, requirePrice } from './runs/spend.ts';
export { type StartedRun, type StartOptions, startRun } from './runs/start-run.ts';
export { createTroubles, type Troubles } from './waiting/troubles.ts';
export { waitReasonOf } from './waiting/wait-reason.ts';
