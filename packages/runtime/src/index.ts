export { checkAtStart } from './check-at-start.ts';
export {
  type Backend,
  type Config,
  type ElasticsearchAuth,
  type JudgeConfig,
  loadConfig,
  type ProviderEndpoint,
  type ProviderName,
} from './config.ts';
export { unknownVariables } from './environment-schema.ts';
export { endWith, exitCodeOfError, exitCodes, lastWords } from './exit-codes.ts';
export { listenError } from './listen-error.ts';
export { withLogFields } from './log-fields.ts';
export { createLogger } from './logger.ts';
export { closeInReverse, endProcessWithin, exitCodeOf, onTermination, type Part } from './shutdown.ts';
