// For processes that count tokens, and load no model.
export { createEstimatingTokenizer } from './tokenizer/estimating-tokenizer.ts';
export { loadTokenizer } from './tokenizer/model-tokenizer.ts';
