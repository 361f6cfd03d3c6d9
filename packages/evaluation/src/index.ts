export type { BeirDocument, BeirQuery, BeirSet, Grades } from './beir/beir-set.ts';
export { loadBeir } from './beir/load-beir.ts';
export type { LoadBeirOptions } from './beir/load-beir-queries.ts';
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
export { type ComparedMode, comparedModes } from './gates/quality.ts';
export {
  type BuiltGolden,
  buildGolden,
  type GivenJudgement,
  type GivenQuery,
} from './golden/build-golden.ts';
export { evaluateGolden } from './golden/evaluate-golden.ts';
export { goldenLimits } from './golden/golden-limits.ts';
export { type LoadGoldenOptions, loadGolden } from './golden/load-golden.ts';
export { type QualityDrop, qualityDrops } from './golden/quality-drops.ts';
export { rankDocuments } from './metrics/rank-documents.ts';
export { qualityPage } from './report/quality-page.ts';
export { verificationPage } from './report/verification-page.ts';
export type { Contestant, FoundDocument, OnVerified, VerifyStep } from './verify/contestant.ts';
export { readQueryFile } from './verify/read-query-file.ts';
export {
  type ComparingQueries,
  type GoldenQueries,
  type Verification,
  type VerifyPorts,
  type VerifyRequest,
  verify,
} from './verify/verify.ts';
