export { answer } from './answer.ts';
export type { AnswerEvent, AnswerResult, ContextSource } from './answer-event.ts';
export {
  type AnswerRequest,
  type AnswerRequestInput,
  answerRequestSchema,
} from './answer-request.ts';
export {
  type CheckedAnswer,
  type Citation,
  checkCitations,
  type UnsupportedClaim,
} from './check-citations.ts';
export { type CollectedAnswer, collectAnswer } from './collect-answer.ts';
export { createExtractiveGenerator } from './extractive-generator.ts';
export { type FusionName, fusionNames } from './fuse.ts';
export type { AnswerPorts, Clock, SearchPorts } from './ports.ts';
export { createRerankBudget, type RerankBudget } from './rerank-budget.ts';
export { search } from './search.ts';
export {
  maxCandidates,
  maxHits,
  maxQueryLength,
  type SearchMode,
  type SearchRequest,
  type SearchRequestInput,
  searchModes,
  searchRequestSchema,
} from './search-request.ts';
export type { HitContext, HitStages, SearchHit, SearchResponse, StageScore } from './search-response.ts';
