export {
  type Backend,
  type Config,
  type ElasticsearchAuth,
  environmentSchema,
  loadConfig,
} from './config.ts';
export { createLogger } from './logger.ts';
export { closeInReverse, exitCodeOf, onTermination, type Part } from './shutdown.ts';
