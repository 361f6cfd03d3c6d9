// What callers need to speak to the engine.
export {
  type EvaluationMode,
  type EvaluationReport,
  evaluationModes,
  goldenLimits,
  type QualityDrop,
  qualityPage,
  type Verification,
  type VerifyStep,
  verificationPage,
} from '@winnow/evaluation';
export type {
  BuildPlan,
  BuildSettings,
  CorpusPlan,
  DoctorReport,
  Finding,
  InboxItem,
  InboxPage,
  PlanProgressUpdate,
  SettingEffect,
  Switched,
} from '@winnow/ingestion';
export { budgetOptionsFor } from '@winnow/ingestion';
export { type KnownModel, knownModels, type ModelKind, modelKinds } from '@winnow/models';
export {
  type AnswerEvent,
  type AnswerRequest,
  type AnswerResult,
  answerRequestSchema,
  type ClusterRequest,
  type ClustersReport,
  clusterRequestSchema,
  collectAnswer,
  type DocumentCluster,
  type DuplicateGroup,
  type DuplicatesReport,
  type DuplicatesRequest,
  duplicatesRequestSchema,
  type SearchHit,
  type SearchRequest,
  type SearchResponse,
  type SimilarHit,
  type SimilarRequest,
  type SimilarResponse,
  searchModes,
  searchRequestSchema,
  similarRequestSchema,
} from '@winnow/retrieval';
export { requireSchedule, type ScheduleRequest, scheduleRequestSchema } from '@winnow/scheduling';
export { problemOfId, pushRecordOf } from '@winnow/sources';
export type { ArchiveReport, RestoreReport } from './archives.ts';
export type { EngineAccess } from './backend.ts';
export { type CostsReport, costsReport } from './costs-report.ts';
export { coverageNotes } from './coverage-notes.ts';
export type { EngineDiscovery } from './discovery/discovery.ts';
export { type DocumentLine, type DocumentQuery, documentOrders } from './document-list.ts';
export type {
  DocumentView,
  Engine,
  EngineWorker,
  EvaluationRequest,
  InboxSelection,
} from './engine.ts';
export type { CorpusSummary, NewCorpus } from './engine-corpora.ts';
export type { PlanOptions, RunOptions, RunReport } from './engine-runs.ts';
export { followRun, type RunFollower } from './follow-run.ts';
export type { GenerationLine, GenerationList } from './generation-list.ts';
export type { EngineGenerations, ReindexOptions, ReindexReport } from './generations.ts';
export type { ModelTest, ModelTestRequest } from './models/test-model.ts';
export { type EngineOptions, openEngine } from './open-engine.ts';
export type { PushedDocument, PushedLine } from './push/engine-push.ts';
export type {
  EngineGolden,
  EngineQuality,
  GivenGolden,
  GoldenChange,
  GoldenPlace,
  GoldenView,
  QualityHistoryView,
  VerifyOptions,
} from './quality/engine-quality.ts';
export type { ScheduleView, SlotView } from './schedules/engine-schedules.ts';
export type { SourceView } from './sources/engine-sources.ts';
