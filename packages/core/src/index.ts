export {
  type Corpus,
  type CorpusSource,
  corpusDefaults,
  corpusNamePattern,
  corpusVersion,
  createCorpusId,
  type DeletionGuard,
  defaultDeletionGuard,
  type GoldenSet,
  generationNumbered,
  generationRef,
  isRemoved,
  type Language,
  languages,
  liveGeneration,
  liveRef,
  maxSources,
  maxSwitches,
  parseCorpusName,
  parseSourceId,
  physicalNameOf,
  type Recording,
  type RemovedSource,
  type Restoring,
  requireRestored,
  type Switch,
} from './corpus.ts';
export { type CorpusChanges, corpusChangesSchema, withChanges } from './corpus-changes.ts';
export { type CostsRequest, costsRequestSchema, ledgerQueryOf } from './costs-request.ts';
export { cutToTokens } from './cut-to-tokens.ts';
export { settledWithin, unlessAborted, withDeadline, within } from './deadline.ts';
export {
  type Block,
  type Chunk,
  type DocumentRevision,
  type FailureCode,
  type FailureReason,
  failureCodes,
  type IndexedChunk,
  type IngestUsage,
  type Metadata,
  type MetadataValue,
  maxDocumentBytes,
  maxMetadataKeys,
  noUsage,
  type ParsedDocument,
  type Place,
  placeOf,
  type RawDocument,
  type ScanCursor,
  type ScanEvent,
  type SourceItem,
  type SourceLocation,
  type StoredChunk,
} from './document.ts';
export { dot } from './dot.ts';
export {
  AppError,
  assertNever,
  type ErrorCode,
  type ErrorDetails,
  type ErrorPart,
  errorCodes,
  errorParts,
  isRetryable,
} from './errors.ts';
export { extensionOf } from './extension-of.ts';
export { type Filter, filterSchema, matchesFilter, maxFilterDepth, maxFilterTerms } from './filter.ts';
export {
  type Chunking,
  chunkingSchema,
  type Fingerprints,
  type Generation,
  type GenerationState,
  generationStates,
  makingOf,
  unread,
} from './generation.ts';
export type { GoldenQuery } from './golden.ts';
export {
  type ChunkId,
  type CorpusId,
  type CorpusName,
  chunkIdOf,
  type DocumentId,
  type DocumentKey,
  documentKeyOf,
  type EmbeddingKey,
  embeddingKeyOf,
  type GenerationRef,
  type PhysicalName,
  type RunId,
  type Sha256,
  type SourceId,
  sha256,
  shortHash,
} from './ids.ts';
export { instantOf } from './instant.ts';
export { issueWords } from './issue-words.ts';
export {
  defineJobs,
  type JobCatalog,
  type JobContext,
  type JobDefinition,
  type JobHandler,
  type JobHandlers,
  type JobOf,
  type JobOutcome,
  type PayloadOf,
} from './jobs.ts';
export { type LogFields, type Logger, silentLogger } from './logger.ts';
export {
  type DocumentState,
  documentStates,
  emptyTally,
  laneCount,
  type ManifestEntry,
  type Tally,
} from './manifest.ts';
export { metadataOf } from './metadata.ts';
export { addModelUsage, type ModelUsage, noModelUsage } from './model-usage.ts';
export {
  convertedMediaType,
  isOwnMediaType,
  mailAloneMediaType,
  storedMediaType,
} from './own-media-types.ts';
export { parseGiven, problemsOf } from './parse-given.ts';
export { parseJson } from './parse-json.ts';
export type { BatchEmbedder, BatchResult, BatchStatus, BatchText } from './ports/batch-embedder.ts';
export type { BlobStore } from './ports/blob-store.ts';
export type {
  CensusQuery,
  ChunkIndex,
  CommitOptions,
  CommitResult,
  DiscardedVersion,
  DocumentPart,
  ExportedChunk,
  ExportOptions,
  IndexedVersion,
  RecallHit,
  RecallLegs,
  RecallQuery,
  RecallResult,
  ScoredChunk,
  TokenFrequencies,
  WantedChunks,
} from './ports/chunk-index.ts';
export type { ContentStore } from './ports/content-store.ts';
export type { EmbeddingCache } from './ports/embedding-cache.ts';
export type { JobQueue, JobSystem, JobWorker, JobWorkerOptions, ParkedJob } from './ports/job-queue.ts';
export type { KeptChunk, KeptDocument } from './ports/kept-document.ts';
export type {
  GoldenStore,
  KeptWithCorpus,
  QualityHistory,
  QueryLog,
  ScheduleStore,
} from './ports/kept-with-corpus.ts';
export {
  addCost,
  type Bill,
  type BilledCall,
  type BillTo,
  type CallPurpose,
  type Cost,
  callPurposes,
  type Ledger,
  type LedgerEntry,
  type LedgerGrouping,
  type LedgerQuery,
  type LedgerSum,
  ledgerGroupings,
  noCost,
} from './ports/ledger.ts';
export type { Manifest, ManifestQuery, NewRevision, RevisionRef } from './ports/manifest.ts';
export type {
  ChatDelta,
  ChatMessage,
  ChatModel,
  ChatRequest,
  Embedder,
  Embeddings,
  EmbedOptions,
  Judgement,
  Reranker,
  Reranking,
  RerankPassage,
  TokenEmbedder,
  TokenEmbeddings,
  Tokenizer,
  TokenVectors,
} from './ports/models.ts';
export type { AttachedFile, OpenedMail, OpenMail, OpenMailResult, OpenMails } from './ports/open-mail.ts';
export type { Parse, ParseResult } from './ports/parser.ts';
export type {
  Admission,
  CallPriority,
  LearnedLimits,
  PassedCall,
  RateLimitState,
  RateLimits,
  RefusedCall,
  WantedCall,
} from './ports/rate-limit-state.ts';
export type { LostPlace, Source } from './ports/source.ts';
export type { CorpusStore, RunStore, Store } from './ports/store.ts';
export {
  type ArchivedContent,
  type ContentChange,
  type ContentEntry,
  type ContentOutcome,
  type ContentRecord,
  createContentPlace,
  decideContent,
  type NewContent,
  type PushedContent,
  recordOfArchived,
} from './pushed-content.ts';
export type { QualityFigure, QualityResult } from './quality.ts';
export type { QueryRecord } from './query-record.ts';
export { maxQueryTerms, type QueryTerms, type WeightedTerm, weighTerms } from './query-terms.ts';
export { type RateLimitTuning, rateLimitTuning } from './rate-limit-tuning.ts';
export { createRecent, type Recent } from './recent.ts';
export {
  corpusOfRecord,
  firstMaking,
  onlySourceId,
  placeOfVersion1,
  runOfRecord,
  scheduleOfRecord,
} from './records.ts';
export {
  type Backfill,
  type BackfillBatch,
  type Budget,
  type DocumentChanges,
  isActive,
  isStandingRun,
  noChanges,
  noCounts,
  type PlanBinding,
  type PlanProgress,
  type PostponedScan,
  type Run,
  type RunCounts,
  type RunKind,
  type RunScope,
  type RunState,
  runKinds,
  runRef,
  runStates,
  runVersion,
  standingRunId,
  type Uncovered,
  type Waited,
  type Waiting,
  type WaitReason,
  type Withheld,
  waitReasons,
} from './run.ts';
export {
  type Notice,
  type NoticedRun,
  type Schedule,
  type ScheduledWork,
  type SlotOutcome,
  type SlotState,
  type SlotStep,
  type SlotUnderWay,
  scheduleVersion,
  slotStates,
  slotSteps,
  type Webhook,
} from './schedule.ts';
export { seenAt } from './seen-at.ts';
export { shown } from './shown.ts';
export {
  allFields,
  hasMailAttachments,
  type MailAttachments,
  mailAttachmentChoices,
  mailAttachmentsOf,
  pushAddress,
  type RecordFields,
  recordFieldsSchema,
  type SourceFields,
  type SourceSettings,
  sourceAddress,
  sourceFieldsSchema,
  sourceSettingsSchema,
} from './source-settings.ts';
export { standBack, standBackIn } from './stand-back.ts';
export { manifestInOrder, stateDigestOf } from './state-digest.ts';
export { timeOf } from './time-value.ts';
export { createTurns, nextTurn } from './turns.ts';
export { updatedUnder } from './updated-under.ts';
export {
  defaultVerification,
  type Gate,
  type VerificationReport,
  type VerificationSettings,
} from './verification.ts';
export { visible, visibleName } from './visible.ts';
export { isWithin, opensAt, type RunWindow, type Window } from './window.ts';
