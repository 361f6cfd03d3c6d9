// What asking a running service takes: nothing else of the engine is loaded.
export {
  answerRequestSchema,
  collectAnswer,
  searchModes,
  searchRequestSchema,
} from '@winnow/retrieval/requests';
export { runningService } from './running-service.ts';
