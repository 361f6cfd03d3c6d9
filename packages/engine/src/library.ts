/**
 * What a program gets from `import … from 'winnow'`: docs/guides/library.md. A name that is exported here is a promise
 * to others; what only our own services need is in index.ts.
 */
export { AppError, type ErrorCode, type Logger } from '@winnow/core';
export {
  type AnswerEvent,
  type AnswerRequest,
  type AnswerResult,
  answerRequestSchema,
  clusterRequestSchema,
  collectAnswer,
  duplicatesRequestSchema,
  type SearchHit,
  type SearchRequest,
  type SearchResponse,
  searchRequestSchema,
  similarRequestSchema,
} from '@winnow/retrieval';
export { type CreateEngineOptions, createEngine } from './create-engine.ts';
export type { DocumentLine, DocumentOrder, DocumentQuery } from './document-list.ts';
export type { DocumentView, Engine, EngineWorker } from './engine.ts';
export type { CorpusSummary, NewCorpus } from './engine-corpora.ts';
export type { RunOptions, RunReport } from './engine-runs.ts';
export { followRun, type RunFollower } from './follow-run.ts';
