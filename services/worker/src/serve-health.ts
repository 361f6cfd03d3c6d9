import { once } from 'node:events';
import { createServer } from 'node:http';
import { AppError } from '@winnow/core';
import type { Engine } from '@winnow/engine';
import type { Part } from '@winnow/runtime';

const readyWithinMs = 5_000;

/** `/health/live` and `/health/ready` for a process that serves nothing else. */
export async function serveHealth(
  engine: Engine,
  address: { readonly host: string; readonly port: number },
): Promise<Part> {
  const server = createServer(async (request, response) => {
    const { status, body } = await answerTo(request.url ?? '', engine);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(address.port, address.host);
  await once(server, 'listening');
  return {
    name: 'health checks',
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answerTo(path: string, engine: Engine): Promise<{ status: number; body: unknown }> {
  if (path === '/health/live') return { status: 200, body: { status: 'live' } };
  if (path !== '/health/ready')
    return { status: 404, body: { error: { code: 'not_found', message: 'no such path' } } };
  try {
    await engine.check(AbortSignal.timeout(readyWithinMs));
    return { status: 200, body: { status: 'ready', mode: engine.mode } };
  } catch (thrown) {
    const { code, message } = AppError.from(thrown);
    return { status: 503, body: { error: { code, message } } };
  }
}
