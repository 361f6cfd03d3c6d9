import { Agent, createServer, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { freePort } from './free-port.ts';

/** A request on its way to the server. */
export interface PassingRequest {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface PassingAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Hands a request on: to whoever looks at it next, in the end to the server. */
export type Forward = (request: PassingRequest) => Promise<PassingAnswer>;

/** Sees to a request: hands it on, changed or not, and gives an answer, or has the connection `cut`. */
export type Interceptor = (request: PassingRequest, forward: Forward) => Promise<PassingAnswer | 'cut'>;

/** Stands before an HTTP server on this machine and does what overloaded servers and networks do. */
export interface HttpProxy {
  readonly url: string;
  /**
   * Has a further interceptor see every request first.
   * @returns takes it away again; requests that it holds it keeps.
   */
  use(interceptor: Interceptor): () => void;
  close(): Promise<void>;
}

/** What goes from hop to hop only. */
const hopHeaders = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host']);

/** @param target URL of the server, without a path. */
export async function startHttpProxy(target: string): Promise<HttpProxy> {
  const agent = new Agent({ keepAlive: true });
  const interceptors: Interceptor[] = [];
  const port = await freePort();
  const server = createServer((incoming, response) => {
    handle(incoming).then(
      (answer) => {
        if (answer === 'cut') response.destroy();
        else response.writeHead(answer.status, passedOn(answer.headers)).end(answer.body);
      },
      // The server is not there, or went away before it had answered.
      () => response.destroy(),
    );
  });

  async function handle(incoming: IncomingMessage): Promise<PassingAnswer | 'cut'> {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const chain = interceptors.toReversed();
    const forwardFrom =
      (at: number): Forward =>
      async (passing) => {
        const next = chain[at];
        if (next === undefined) return await send(agent, target, passing);
        const answer = await next(passing, forwardFrom(at + 1));
        if (answer === 'cut') throw new Error('cut');
        return answer;
      };
    return await forwardFrom(0)({ method, path, headers, body: await bytesOf(incoming) });
  }

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    use(interceptor) {
      interceptors.push(interceptor);
      return () => {
        const at = interceptors.indexOf(interceptor);
        if (at >= 0) interceptors.splice(at, 1);
      };
    },
    async close() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An answer as JSON. */
export function jsonAnswer(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): PassingAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}

function send(agent: Agent, target: string, passing: PassingRequest): Promise<PassingAnswer> {
  const { method, path, headers, body } = passing;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(path, target),
      { agent, method, headers: { ...passedOn(headers), 'content-length': body.length } },
      (answer) => {
        bytesOf(answer).then(
          (bytes) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: bytes }),
          reject,
        );
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function passedOn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopHeaders.has(name)));
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece);
  return Buffer.concat(pieces);
}
