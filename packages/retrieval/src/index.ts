export { answer } from './answer/answer.ts';
export type { AnswerEvent, AnswerResult, ContextSource } from './answer/answer-event.ts';
export {
  type AnswerRequest,
  type AnswerRequestInput,
  answerRequestSchema,
} from './answer/answer-request.ts';
export {
  createMemoryAnswerCache,
  type MemoryAnswerCacheOptions,
} from './answer/cache/memory-answer-cache.ts';
export { type EmbeddedQuestion, leastCosine, sameQuestion } from './answer/cache/same-question.ts';
export { meaningBy, recordMeaning } from './answer/check-answer.ts';
export { type CollectedAnswer, collectAnswer } from './answer/collect-answer.ts';
export { createExtractiveGenerator } from './answer/extractive-generator.ts';
export { type SupportLimits, supportLimits } from './citations/bears-out.ts';
export {
  type CheckedAnswer,
  type CheckOptions,
  type Citation,
  checkCitations,
  type UnsupportedClaim,
} from './citations/check-citations.ts';
export {
  type ClustersReport,
  clusterDocuments,
  type DocumentCluster,
} from './cluster/cluster-documents.ts';
export { type ClusterRequest, clusterRequestSchema, maxClusters } from './cluster/cluster-request.ts';
export type { Topics, TopicsTask } from './cluster/make-topics.ts';
export { documentVectorOf } from './document-vector.ts';
export { type DuplicatesRequest, duplicatesRequestSchema } from './duplicates/duplicates-request.ts';
export { type DuplicateGroup, type DuplicatesReport, findDuplicates } from './duplicates/find-duplicates.ts';
export { type FusionName, fusionNames } from './fusion/fuse.ts';
export {
  type JudgeMode,
  type JudgeName,
  judgeModes,
  judgeNameOf,
  parseJudgeName,
} from './judge/judge-name.ts';
export { createJudgeReranker, type JudgeRerankerOptions } from './judge/judge-reranker.ts';
export type { JudgeBudget } from './judge/judging.ts';
export type { AnswerPorts, Clock, RerankPlan, SearchPorts } from './ports.ts';
export { createRerankBudget, type RerankBudget } from './rerank/rerank-budget.ts';
export { search } from './search/search.ts';
export {
  maxCandidates,
  maxHits,
  maxQueryLength,
  type SearchMode,
  type SearchRequest,
  type SearchRequestInput,
  searchModes,
  searchRequestSchema,
} from './search/search-request.ts';
export type {
  HitContext,
  HitStages,
  SearchHit,
  SearchResponse,
  StageScore,
} from './search/search-response.ts';
export { findSimilar, type SimilarHit, type SimilarResponse } from './similar/find-similar.ts';
export { type SimilarRequest, similarRequestSchema } from './similar/similar-request.ts';
