import { setTimeout as wait } from 'node:timers/promises';
import { AppError, type Logger } from '@winnow/core';
import { type Engine, type EngineAccess, openEngine } from '@winnow/engine';
import {
  type Config,
  checkAtStart,
  closeInReverse,
  createLogger,
  endProcessWithin,
  listenError,
  loadConfig,
  onTermination,
  type Part,
} from '@winnow/runtime';
import { requireKeyBeyondLoopback } from './access.ts';
import { buildServer, type Server } from './build-server.ts';
import { createRequestsUnderWay, type RequestsUnderWay } from './requests-under-way.ts';

/** Running jobs and requests get this long to end after a signal. */
const graceMs = 8_000;
/** A request that was told to end gets this long. */
const endWithinMs = 1_000;
/** What is left open after the grace gets this long; then the process ends all the same. */
const closeWithinMs = 2_000;

/**
 * Serves the query API until SIGINT or SIGTERM.
 * @param options.work also take jobs in this process: `winnow serve`. Embedded mode has no other way to ingest.
 * @throws AppError before anything listens, where a server does not answer or does not fit.
 */
export async function runQuery(
  environment: Readonly<Record<string, string | undefined>>,
  { work }: { readonly work: boolean },
): Promise<void> {
  const config = loadConfig(environment);
  requireKeyBeyondLoopback(config.http);
  const log = createLogger(config.logLevel ?? 'info', work ? 'serve' : 'query');
  if (!work && config.backend.mode === 'embedded') {
    throw new AppError(
      'invalid_argument',
      'query alone needs full mode: use serve, or set REDIS_URL and ELASTICSEARCH_URL',
    );
  }
  const stopped = Promise.withResolvers<NodeJS.Signals>();
  const unbind = onTermination(stopped.resolve);
  const parts: Part[] = [];
  try {
    const access = { kind: 'write', purpose: work ? 'winnow serve' : 'winnow query' } as const;
    const engine = await opened(config, access, log);
    parts.push({ name: 'engine', close: () => engine.close() });
    if (!(await checkAtStart(engine, stopped.promise))) return;
    const { http, sourceRoots, sourceUrls } = config;
    const serving = await serve(engine, { http, work, sourceRoots, sourceUrls, log });
    parts.push({ name: 'service', close: () => serving.close() });
    process.stdout.write(`${serving.address}\n`);
    log.info({ event: 'service-stopping', signal: await stopped.promise });
    endProcessWithin(graceMs + closeWithinMs, log);
  } finally {
    await closeInReverse(parts, 2 * graceMs, log);
    unbind();
  }
}

/** What does not fit at the opening is the data folder: somebody else has it, or it cannot be used. */
async function opened(config: Config, access: EngineAccess, log: Logger): Promise<Engine> {
  try {
    return await openEngine(config, { access, log });
  } catch (thrown) {
    const error = AppError.from(thrown);
    throw error.code === 'failed_precondition' ? error.attributedTo('index') : error;
  }
}

export interface Serving {
  /** Such as `http://127.0.0.1:7700`. */
  readonly address: string;
  /** Stops taking requests, then jobs. The engine stays open. */
  close(): Promise<void>;
}

/**
 * Opens the API, and with `work` a worker, over an engine that is open already.
 * @throws AppError `invalid_argument` for an address beyond this machine without a key; `failed_precondition` where
 * nobody can listen at the address.
 */
export async function serve(
  engine: Engine,
  options: {
    readonly http: Config['http'];
    readonly work: boolean;
    readonly sourceRoots: readonly string[];
    readonly sourceUrls: readonly string[];
    readonly log: Logger;
  },
): Promise<Serving> {
  const { http, sourceRoots, sourceUrls, log } = options;
  const { host, port } = http;
  requireKeyBeyondLoopback(http);
  const parts: Part[] = [];
  const worker = options.work ? engine.createWorker({ keepsTime: true }) : null;
  try {
    if (worker !== null) {
      parts.push({ name: 'worker', close: () => worker.close({ graceMs: graceMs / 4 }) });
      await worker.start();
    }
    const requests = createRequestsUnderWay();
    const { trustedProxies } = http;
    const server = await buildServer({
      engine,
      worker,
      sourceRoots,
      sourceUrls,
      access: http,
      trustedProxies,
      requests,
      log,
    });
    parts.push({ name: 'server', close: () => closeServer(server, requests) });
    const address = await server.listen({ host, port });
    engine.announce(address);
    log.info({ event: 'service-started', address, mode: engine.mode });
    return { address, close: () => closeInReverse(parts, graceMs, log) };
  } catch (thrown) {
    await closeInReverse(parts, graceMs, log);
    throw listenError(thrown, http, { host: '--host or WINNOW_HOST', port: '--port or WINNOW_PORT' });
  }
}

/**
 * Requests under way get half of the grace; then they are told to end, which nearly all of them do at once, and their
 * clients get what there is to say; then the clients are let go. Nothing of them runs on once this is over, as long as
 * it heeds its signal.
 */
async function closeServer(server: Server, requests: RequestsUnderWay): Promise<void> {
  const closed = server.close();
  await Promise.race([Promise.all([closed, requests.settled()]), wait(graceMs / 2, null, { ref: false })]);
  requests.stop();
  await Promise.race([Promise.all([closed, requests.settled()]), wait(endWithinMs, null, { ref: false })]);
  server.server.closeAllConnections();
  await closed;
}
