export { detectLanguage } from './detect-language.ts';
export { embeddingTextOf, headingPathOf } from './embedding-text.ts';
export { hasHan } from './scripts.ts';
export { analysisVersion, maxTermLength, searchTerms } from './search-terms.ts';
export { type Span, splitSentences } from './split-sentences.ts';
