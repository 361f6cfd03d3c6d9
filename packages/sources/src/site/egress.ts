import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { AppError } from '@winnow/core';
import { isPublicAddress } from './public-address.ts';

/** What a server answered at the end of its redirects. */
export interface EgressAnswer {
  readonly url: URL;
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Unpacked. Empty for HEAD. */
  readonly body: Uint8Array;
}

interface EgressRequest {
  readonly method?: 'GET' | 'HEAD';
  /** Of the body, unpacked. */
  readonly maxBytes: number;
  /** Whether a redirect may lead there; addresses are checked besides. */
  mayFollow(url: URL): boolean;
  readonly signal: AbortSignal;
}

/**
 * Fetches from the public Internet and from nowhere else.
 * @throws AppError `failed_precondition` for an address or a redirect that is refused, and for a body that is too
 *   long; `deadline_exceeded`; `unavailable` where nobody answers.
 */
export type Egress = (url: URL, request: EgressRequest) => Promise<EgressAnswer>;

export interface EgressOptions {
  /** Hosts, as `name` or `name:port`, that may have addresses of any kind: somebody who runs the service named them. */
  readonly allowedHosts: readonly string[];
  /** Of a request with all its redirects; 30 s by default. */
  readonly withinMs?: number;
  /** Resolves names; the system's by default. */
  readonly lookup?: LookupFunction;
}

const maxRedirects = 5;
const defaultWithinMs = 30_000;
const maxHeaderBytes = 32 * 1024;
const userAgent = 'winnow (+indexing on behalf of its user)';

/**
 * The one way out to sites. A name is resolved once for a connection, every address that it has is looked at, and what
 * is connected to is what was looked at; a redirect begins anew. A URL's numbers (octal, hexadecimal, short forms) are
 * read by the URL parser, as the connection would, before they are looked at.
 */
export function createEgress({
  allowedHosts,
  withinMs = defaultWithinMs,
  lookup = dns.lookup as LookupFunction,
}: EgressOptions): Egress {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  return async (start, { method = 'GET', maxBytes, mayFollow, signal }) => {
    const deadline = AbortSignal.timeout(withinMs);
    const within = AbortSignal.any([signal, deadline]);
    let url = start;
    try {
      for (let hop = 0; hop <= maxRedirects; hop += 1) {
        const isAllowed = allowed.has(url.hostname) || allowed.has(url.host);
        requireReachable(url, isAllowed);
        const checked = isAllowed ? lookup : onlyPublic(lookup, url);
        const answer = await send(url, { method, maxBytes, lookup: checked, signal: within });
        const target = redirectOf(url, answer);
        if (target === null) return answer;
        if (!mayFollow(target))
          throw refused(`${url.href} leads to ${target.href}, which is not of the source`);
        url = target;
      }
      throw refused(`${start.href} leads on more than ${maxRedirects} times`);
    } catch (thrown) {
      signal.throwIfAborted();
      if (deadline.aborted) {
        throw new AppError('deadline_exceeded', `${start.host} took longer than ${withinMs} ms`, {
          cause: thrown,
        });
      }
      if (thrown instanceof AppError) throw thrown;
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      throw new AppError('unavailable', `${url.host}: ${message}`, { cause: thrown });
    }
  };
}

function requireReachable(url: URL, isAllowed: boolean): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw refused(`${url.protocol} is not fetched, only http: and https:`);
  }
  if (url.username !== '' || url.password !== '') throw refused('an address with a password is not fetched');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!isAllowed && isIP(host) !== 0 && !isPublicAddress(host)) throw notPublic(url, host);
}

/** Gives a connection addresses only where all that the name has are public. */
function onlyPublic(lookup: LookupFunction, url: URL): LookupFunction {
  return (name, options, done) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, []);
      const addresses = Array.isArray(found) ? found : [];
      const bad = addresses.find(({ address }) => !isPublicAddress(address));
      if (bad !== undefined || addresses.length === 0)
        return done(notPublic(url, bad?.address ?? 'nothing'), []);
      if (options.all === true) return done(null, addresses);
      done(null, addresses[0]?.address ?? '', addresses[0]?.family);
    });
  };
}

function send(
  url: URL,
  {
    method,
    maxBytes,
    lookup,
    signal,
  }: Pick<EgressRequest, 'maxBytes' | 'signal'> & {
    readonly method: string;
    readonly lookup: LookupFunction;
  },
): Promise<EgressAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<EgressAnswer>();
  const { request } = url.protocol === 'https:' ? https : http;
  const sent = request(url, {
    method,
    lookup,
    signal,
    agent: false,
    maxHeaderSize: maxHeaderBytes,
    headers: { 'user-agent': userAgent, 'accept-encoding': 'gzip, br, deflate', accept: '*/*' },
  });
  sent.on('error', reject);
  sent.on('response', (response) => {
    bodyOf(response, maxBytes).then(
      (body) => resolve({ url, status: response.statusCode ?? 0, headers: response.headers, body }),
      reject,
    );
  });
  sent.end();
  return promise;
}

/** Both what arrives and what it unpacks to is bounded. */
async function bodyOf(response: http.IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  const unpacking = unpackerOf(response.headers['content-encoding']);
  // Errors of either come out of the last of them.
  const stream = unpacking === null ? response : pipeline(response, unpacking, () => undefined);
  for await (const piece of stream as AsyncIterable<Buffer>) {
    bytes += piece.byteLength;
    if (bytes > maxBytes) {
      response.destroy();
      throw refused(`the answer has more than ${maxBytes} bytes`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function unpackerOf(encoding: string | undefined) {
  switch (encoding?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'br':
      return createBrotliDecompress();
    case 'deflate':
      return createInflate();
    default:
      return null;
  }
}

function redirectOf(url: URL, { status, headers: { location } }: EgressAnswer): URL | null {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return null;
  if (!URL.canParse(location, url.href)) throw refused(`${url.href} leads to what is no address`);
  return new URL(location, url);
}

function notPublic(url: URL, address: string): AppError {
  const what = url.hostname === address ? `${address} is` : `${url.hostname} is ${address},`;
  return refused(`${what} no public address: WINNOW_SITE_HOSTS lets a host be read`);
}

function refused(message: string): AppError {
  return new AppError('failed_precondition', message);
}
