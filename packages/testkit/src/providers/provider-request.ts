import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { ProviderRoute } from './provider-server.ts';

/** A request as the server got it. */
export interface ProviderRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Of the route's pattern: `/v1/batches/:id` has `id`. */
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  readonly bytes: Buffer;
  /** The body parsed, if it is JSON; else null. */
  // biome-ignore lint/suspicious/noExplicitAny: a request body is looked at by tests, field by field
  readonly body: any;
  /** `closed`: the connection ended before an answer was out. */
  readonly outcome: Promise<'answered' | 'closed'>;
}

export interface RouteMatcher {
  readonly route: ProviderRoute;
  readonly pattern: URLPattern;
}

/** Reads a request to its end and finds its route; null where there is none. */
export async function readRequest(
  incoming: IncomingMessage,
  response: ServerResponse,
  matchers: readonly RouteMatcher[],
): Promise<{ route: ProviderRoute | null; request: ProviderRequest }> {
  const outcome = outcomeOf(response);
  const { method = 'GET', headers } = incoming;
  const { pathname: path, searchParams: query } = new URL(incoming.url ?? '/', 'http://localhost');
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  const isHere = ({ route, pattern }: RouteMatcher) =>
    route.method === method && pattern.test({ pathname: path });
  const matcher = matchers.find(isHere);
  const params = matcher?.pattern.exec({ pathname: path })?.pathname.groups ?? {};
  const { authorization } = headers;
  const body = isJson(headers) ? JSON.parse(bytes.toString('utf8')) : null;
  return {
    route: matcher?.route ?? null,
    request: { method, path, authorization, headers, params, query, bytes, body, outcome },
  };
}

function outcomeOf(response: ServerResponse): Promise<'answered' | 'closed'> {
  return new Promise((resolve) => {
    response.once('finish', () => resolve('answered'));
    response.once('close', () => resolve('closed'));
  });
}

function isJson(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.startsWith('application/json') === true;
}
