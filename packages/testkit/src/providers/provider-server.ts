import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomOf } from '../random.ts';
import { answerRequest } from './answer-request.ts';
import type { ProviderFault, RandomFaults } from './provider-fault.ts';
import type { ProviderRefusal } from './provider-refusal.ts';
import { type ProviderReply, sendReply } from './provider-reply.ts';
import { type ProviderRequest, readRequest } from './provider-request.ts';

export type { ProviderRequest };

/** One thing a provider can be asked. */
export interface ProviderRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With parameters: `/v1/batches/:id/cancel`. */
  readonly path: string;
  /** Tokens that the provider bills for a request; 0 by default. */
  tokensOf?(request: ProviderRequest): number;
  /** @throws ProviderRefusal for a request that the provider refuses. */
  answer(request: ProviderRequest): ProviderReply | Promise<ProviderReply>;
}

/** What a provider says of its limits for one request. */
export interface ProviderAdmission {
  /** Null: the request is answered. */
  readonly refusal: Extract<ProviderFault, { kind: 'status' }> | null;
  /** Rate-limit headers, on answers and refusals alike. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How a fake behaves, whichever provider it is. */
export interface ProviderBehaviour {
  /** The only key that is accepted; any or none by default. */
  readonly apiKey?: string;
  /** Time that an answer takes; none by default. */
  readonly latency?: { readonly perRequestMs: number; readonly perTokenMs: number };
  readonly randomFaults?: RandomFaults;
  /** Asked once a request, before it is answered. */
  readonly admit?: (request: ProviderRequest, tokens: number) => ProviderAdmission;
}

/** What every fake of a provider has. */
export interface ProviderServer {
  /** `http://127.0.0.1:PORT`, without a version. */
  readonly origin: string;
  /** The last thousand, in order of arrival. */
  readonly requests: readonly ProviderRequest[];
  readonly requestCount: number;
  /** Answers that were not 200 (refusals, limits and faults), by status; 0 counts those without a status. */
  readonly failures: ReadonlyMap<number, number>;
  /** The request that arrives next. */
  nextRequest(): Promise<ProviderRequest>;
  /** Used up one a request, in order. */
  failNext(...faults: readonly ProviderFault[]): void;
  close(): Promise<void>;
}

export interface ProviderServerOptions {
  readonly routes: readonly ProviderRoute[];
  /** The provider's published form of an error. */
  errorBody(refusal: ProviderRefusal): unknown;
  readonly behaviour?: ProviderBehaviour;
}

const maxKeptRequests = 1_000;

/** A real HTTP server on this machine that stands in for a provider, with faults on demand. */
export async function startProviderServer(options: ProviderServerOptions): Promise<ProviderServer> {
  const { routes, behaviour = {} } = options;
  const requests: ProviderRequest[] = [];
  const faults: ProviderFault[] = [];
  const failures = new Map<number, number>();
  const matchers = routes.map((route) => ({ route, pattern: new URLPattern({ pathname: route.path }) }));
  const byChance = chanceFaults(behaviour.randomFaults);
  const arrivals = new EventEmitter<{ request: [ProviderRequest] }>();
  let requestCount = 0;

  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    const { route, request } = await readRequest(incoming, response, matchers);
    requestCount += 1;
    requests.push(request);
    if (requests.length > maxKeptRequests) requests.shift();
    arrivals.emit('request', request);
    const fault = faults.shift() ?? byChance();
    if (fault !== null) count(failures, fault.kind === 'status' ? fault.status : 0);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'cut') return void incoming.socket.destroy();
    const planned = fault?.kind === 'status' ? fault : null;
    const { reply, headers } = await answerRequest(options, { request, route }, planned);
    const status = 'stream' in reply ? 200 : (reply.status ?? 200);
    if (status >= 400 && fault === null) count(failures, status);
    await sendReply(response, reply, headers, fault);
  };

  const http = createServer((incoming, response) => {
    // A client that goes away in the middle is not the server's fault.
    handle(incoming, response).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    failures,
    get requestCount() {
      return requestCount;
    },
    nextRequest: async () => (await once(arrivals, 'request'))[0],
    failNext: (...next) => {
      faults.push(...next);
    },
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** Exactly one in each block of `1 / rate` requests, at a place that chance picks. */
function chanceFaults(chance: RandomFaults | undefined): () => ProviderFault | null {
  if (chance === undefined) return () => null;
  const random = randomOf(chance.seed);
  const block = Math.max(1, Math.round(1 / chance.rate));
  let place = 0;
  let unlucky = 0;
  return () => {
    if (place === 0) unlucky = Math.floor(random() * block);
    const isHit = place === unlucky;
    place = (place + 1) % block;
    return isHit ? (chance.faults[Math.floor(random() * chance.faults.length)] ?? null) : null;
  };
}

function count(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
