import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request on its way to the server. */
export interface ProxiedRequest {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

/**
 * What becomes of a request: let through, answered here, cut off before it reaches the server, let through
 * with its answer lost, never answered at all, or answered with the beginning of an answer only.
 */
export type Interception =
  | 'pass'
  | 'cut'
  | 'lose-answer'
  | 'hang'
  | 'stop-halfway'
  | { readonly status: number; readonly body: unknown };

export interface TestProxy {
  readonly url: string;
  /** Everything that came by, in order. */
  readonly requests: readonly ProxiedRequest[];
  /** Decides about each request; everything passes until it is set. */
  intercept: (request: ProxiedRequest) => Interception | Promise<Interception>;
  close(): Promise<void>;
}

/**
 * For tests only: stands in front of a server and does to requests what networks and overloaded servers do.
 *
 * @param target null for no server behind it: then every request must be answered here.
 */
export async function startTestProxy(target: string | null): Promise<TestProxy> {
  const requests: ProxiedRequest[] = [];
  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request = { method, path, body: Buffer.concat(chunks).toString(), headers };
    requests.push(request);
    const action = await proxy.intercept(request);
    if (action === 'cut') response.destroy();
    else if (action === 'hang') response.on('close', () => undefined);
    else if (action === 'stop-halfway') {
      response.writeHead(200, answerHeaders());
      response.write('{"nodes": {');
    } else if (typeof action === 'object') reply(response, action.status, JSON.stringify(action.body));
    else await forward(request, response, action);
  }

  async function forward(request: ProxiedRequest, response: ServerResponse, action: 'pass' | 'lose-answer') {
    if (target === null) throw new Error(`nothing answers ${request.method} ${request.path}`);
    const contentType = request.headers['content-type'];
    const accept = request.headers.accept;
    const answer = await fetch(new URL(request.path, target), {
      method: request.method,
      headers: {
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
        ...(accept === undefined ? {} : { accept }),
      },
      ...(request.body === '' ? {} : { body: request.body }),
    });
    const text = await answer.text();
    if (action === 'lose-answer') response.destroy();
    else reply(response, answer.status, text, answer.headers.get('content-type'));
  }

  const proxy: { -readonly [Key in keyof TestProxy]: TestProxy[Key] } = {
    url: '',
    requests,
    intercept: () => 'pass',
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;
}

function reply(response: ServerResponse, status: number, body: string, contentType?: string | null): void {
  response.writeHead(status, answerHeaders(contentType));
  response.end(body);
}

function answerHeaders(contentType?: string | null): Record<string, string> {
  return {
    'content-type': contentType ?? 'application/vnd.elasticsearch+json;compatible-with=9',
    'x-elastic-product': 'Elasticsearch',
  };
}
