import { once } from 'node:events';
import { createServer } from 'node:http';
import { AppError } from '@winnow/core';
import type { Engine, EngineWorker } from '@winnow/engine';
import { listenError, type Part } from '@winnow/runtime';

const readyWithinMs = 5_000;

/** What a process is asked about. */
interface Watched {
  readonly engine: Engine;
  readonly worker: EngineWorker;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * `/health/live` and `/health/ready` for a process that serves nothing else.
 * @throws AppError `failed_precondition` where nobody can listen at the address.
 */
export async function serveHealth(
  watched: Watched,
  address: { readonly host: string; readonly port: number },
): Promise<Part> {
  const server = createServer(async (request, response) => {
    const { status, body } = await answerTo(request.url ?? '', watched);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(address.port, address.host);
  try {
    await once(server, 'listening');
  } catch (thrown) {
    throw listenError(thrown, address, { host: 'WINNOW_HOST', port: 'WINNOW_HEALTH_PORT' });
  }
  return {
    name: 'health checks',
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answerTo(path: string, { engine, worker }: Watched): Promise<Answer> {
  if (path === '/health/live') return liveness(worker);
  if (path === '/health/ready') return await readiness(engine);
  return { status: 404, body: { error: { code: 'not_found', message: 'no such path' } } };
}

function liveness(worker: EngineWorker): Answer {
  if (worker.isAlive()) return { status: 200, body: { status: 'live' } };
  const message = 'no job has come round through this worker for a minute: restart it';
  return { status: 503, body: { error: { code: 'unavailable', message } } };
}

async function readiness(engine: Engine): Promise<Answer> {
  try {
    await engine.check(AbortSignal.timeout(readyWithinMs));
    const parkedJobs = (await engine.runs.parked()).length;
    return { status: 200, body: { status: 'ready', mode: engine.mode, parkedJobs } };
  } catch (thrown) {
    const { code, message } = AppError.from(thrown);
    return { status: 503, body: { error: { code, message } } };
  }
}
