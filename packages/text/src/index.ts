export { detectLanguage } from './detect-language.ts';
export { embeddingTextOf, headingPathOf } from './embedding-text.ts';
export { labelWordsOf } from './label-words.ts';
export {
  bandCount,
  type CandidatePair,
  candidatePairsOf,
  maxSketches,
} from './near-duplicates/candidate-pairs.ts';
export { jaccardOf, numbersAgree } from './near-duplicates/compare-features.ts';
export { sketchOf, sketchSize } from './near-duplicates/similarity-sketch.ts';
export { smallestOf } from './near-duplicates/smallest-of.ts';
export {
  distinctHashes,
  foldText,
  looseShinglesOf,
  numbersIn,
  shinglesIn,
  type TextFeatures,
  textFeaturesOf,
} from './near-duplicates/text-features.ts';
export { hasHan } from './scripts.ts';
export { analysisVersion, maxTermLength, searchTerms } from './search-terms.ts';
export { type Span, splitSentences } from './split-sentences.ts';
