// What a query is asked with, for programs that have another one answer it: nothing else of the package is loaded.
export { answerRequestSchema } from './answer/answer-request.ts';
export { collectAnswer } from './answer/collect-answer.ts';
export { searchModes, searchRequestSchema } from './search/search-request.ts';
