export type { BeirDocument, BeirQuery, BeirSet, Grades } from './beir-set.ts';
export {
  type EvaluateOptions,
  type EvaluationMode,
  type EvaluationReport,
  evaluate,
  evaluationModes,
  type ModeReport,
  type Ranking,
  type RankQuery,
  rankingDepth,
} from './evaluate.ts';
export { type LoadBeirOptions, loadBeir } from './load-beir.ts';
export { rankDocuments } from './rank-documents.ts';
