import { AppError, type Logger } from '@winnow/core';
import { type Engine, openEngine } from '@winnow/engine';
import { closeInReverse, createLogger, loadConfig, onTermination, type Part } from '@winnow/runtime';
import { buildServer } from './build-server.ts';

/** Running jobs and requests get this long to end after a signal. */
const graceMs = 8_000;

/**
 * Serves the query API until SIGINT or SIGTERM.
 * @param options.work also take jobs in this process: `winnow serve`. Embedded mode has no other way to ingest.
 */
export async function runQuery(
  environment: Readonly<Record<string, string | undefined>>,
  options: { readonly work: boolean },
): Promise<void> {
  const config = loadConfig(environment);
  const log = createLogger(config.logLevel ?? 'info', options.work ? 'serve' : 'query');
  if (!options.work && config.backend.mode === 'embedded') {
    throw new AppError(
      'invalid_argument',
      'query alone needs full mode: use serve, or set REDIS_URL and ELASTICSEARCH_URL',
    );
  }
  const { host, port } = config.http;
  const engine = await openEngine(config, {
    access: { kind: 'write', purpose: options.work ? 'winnow serve' : 'winnow query' },
    log,
  });
  const stopped = Promise.withResolvers<NodeJS.Signals>();
  const unbind = onTermination(stopped.resolve);
  const serving = await serve(engine, {
    host,
    port,
    work: options.work,
    sourceRoots: config.sourceRoots,
    log,
  });
  process.stdout.write(`${serving.address}\n`);
  log.info({ event: 'service-stopping', signal: await stopped.promise });
  await serving.close();
  await closeInReverse([{ name: 'engine', close: () => engine.close() }], graceMs, log);
  unbind();
}

export interface Serving {
  /** Such as `http://127.0.0.1:7700`. */
  readonly address: string;
  /** Stops taking requests, then jobs. The engine stays open. */
  close(): Promise<void>;
}

/** Opens the API, and with `work` a worker, over an engine that is open already. */
export async function serve(
  engine: Engine,
  options: {
    readonly host: string;
    readonly port: number;
    readonly work: boolean;
    readonly sourceRoots: readonly string[];
    readonly log: Logger;
  },
): Promise<Serving> {
  const { log } = options;
  const parts: Part[] = [];
  const worker = options.work ? engine.createWorker() : null;
  if (worker !== null) {
    await worker.start();
    parts.push({ name: 'worker', close: () => worker.close({ graceMs: graceMs / 2 }) });
  }
  const server = await buildServer({ engine, sourceRoots: options.sourceRoots, log });
  parts.push({ name: 'server', close: async () => await server.close() });
  try {
    const address = await server.listen({ host: options.host, port: options.port });
    engine.announce(address);
    log.info({ event: 'service-started', address, mode: engine.mode });
    return { address, close: () => closeInReverse(parts, graceMs, log) };
  } catch (thrown) {
    await closeInReverse(parts, graceMs, log);
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE') {
      const message = `port ${options.port} on ${options.host} is taken: choose another with --port, or 0 for a free one`;
      throw new AppError('failed_precondition', message, { cause: thrown });
    }
    throw thrown;
  }
}
