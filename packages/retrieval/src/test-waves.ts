import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that went by. */
export interface WaveRequest {
  /** Without the query string. */
  readonly path: string;
  readonly body: string;
  readonly answer: string;
}

/** Stands in front of a server and lets requests through in waves. */
export interface WaveProxy {
  readonly url: string;
  /** What an action asks for, by wave: requests of one wave were under way together, each wave waits for the one before. */
  wavesOf(action: () => Promise<unknown>): Promise<readonly (readonly WaveRequest[])[]>;
  close(): Promise<void>;
}

/** Nobody who asks for several things at once takes longer to send them. */
const quietMs = 200;

/** For tests only: tells what of somebody's requests waits for what. */
export async function startWaveProxy(target: string): Promise<WaveProxy> {
  let waves: WaveRequest[][] | null = null;
  let waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;

  async function turn(): Promise<WaveRequest[]> {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    clearTimeout(timer);
    timer = setTimeout(() => {
      waves?.push([]);
      for (const go of waiting.splice(0)) go();
    }, quietMs);
    await promise;
    return waves?.at(-1) ?? [];
  }

  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { method = 'GET', url = '/', headers } = incoming;
    const wave = waves === null ? [] : await turn();
    const { accept = '*/*', 'content-type': type = 'application/json' } = headers;
    const answer = await fetch(new URL(url, target), {
      // A GET has no body here; the server takes either.
      method: method === 'GET' && body !== '' ? 'POST' : method,
      headers: { accept, 'content-type': type },
      ...(body === '' ? {} : { body }),
    });
    const text = await answer.text();
    wave.push({ path: url.split('?')[0] ?? '', body, answer: text });
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? 'application/json',
      'x-elastic-product': 'Elasticsearch',
    });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async wavesOf(action) {
      const seen: WaveRequest[][] = [];
      waves = seen;
      await action();
      waves = null;
      return seen;
    },
    async close() {
      waiting = [];
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
