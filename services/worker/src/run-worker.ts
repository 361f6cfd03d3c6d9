import { AppError } from '@winnow/core';
import { openEngine } from '@winnow/engine';
import {
  checkAtStart,
  closeInReverse,
  createLogger,
  endProcessWithin,
  loadConfig,
  onTermination,
  type Part,
} from '@winnow/runtime';
import { serveHealth } from './serve-health.ts';

/** Running jobs get this long to end after a signal; orchestrators mostly kill after 10 s. */
const graceMs = 6_000;
/** What is left open after the grace gets this long. */
const closeWithinMs = 2_000;

/**
 * Takes jobs until SIGINT or SIGTERM.
 * @throws AppError before the first job, where a server does not answer or does not fit.
 */
export async function runWorker(environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  const config = loadConfig(environment);
  const log = createLogger(config.logLevel ?? 'info', 'worker');
  if (config.backend.mode === 'embedded') {
    throw new AppError(
      'invalid_argument',
      'a worker needs full mode: set REDIS_URL and ELASTICSEARCH_URL, or use winnow serve',
    );
  }
  const stopped = Promise.withResolvers<NodeJS.Signals>();
  const unbind = onTermination(stopped.resolve);
  const parts: Part[] = [];
  try {
    const engine = await openEngine(config, { access: { kind: 'write', purpose: 'winnow worker' }, log });
    parts.push({ name: 'engine', close: () => engine.close() });
    if (!(await checkAtStart(engine, stopped.promise))) return;
    const worker = engine.createWorker({ keepsTime: true });
    parts.push({ name: 'worker', close: () => worker.close({ graceMs }) });
    await worker.start();
    if (config.healthPort !== null) {
      parts.push(await serveHealth({ engine, worker }, { host: config.http.host, port: config.healthPort }));
    }
    log.info({ event: 'service-started', mode: engine.mode });
    log.info({ event: 'service-stopping', signal: await stopped.promise });
    endProcessWithin(graceMs + closeWithinMs, log);
  } finally {
    await closeInReverse(parts, graceMs + closeWithinMs, log);
    unbind();
  }
}
