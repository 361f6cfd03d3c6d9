import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { AppError } from '@winnow/core';
import type { FastifyRequest } from 'fastify';
import { HttpRefusal } from './http-refusal.ts';

/** Who may ask. */
export interface Access {
  /** What the service listens on. */
  readonly host: string;
  /** Further names under which it is reached, without ports. */
  readonly allowedHosts: readonly string[];
  /** What requests must bring; null: nothing, which is for the loopback address only. */
  readonly apiKey: string | null;
}

/** A process that is asked by programs of its own machine. */
export const localAccess: Access = { host: '127.0.0.1', allowedHosts: [], apiKey: null };

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** @throws AppError `invalid_argument` where anybody in the network could ask without a key. */
export function requireKeyBeyondLoopback({ host, apiKey }: Access): void {
  if (apiKey !== null || isLoopback(host)) return;
  throw new AppError(
    'invalid_argument',
    `it would answer everybody who reaches ${host}: set WINNOW_API_KEY to a secret of 16 characters or more ` +
      '(openssl rand -hex 32), which every request then brings as `authorization: Bearer …`, or listen on 127.0.0.1',
  );
}

/**
 * Lets a request through that comes under a name of this service, from no page of another one, and with the key.
 *
 * A browser sends requests for any name that leads here, from any page: a page whose name was made to lead here
 * (DNS rebinding) is known by its name alone. Addresses are no names, and cannot be made to lead elsewhere.
 *
 * @throws HttpRefusal 403 for the name or the page, 401 for the key.
 */
export function createGuard(access: Access): (request: FastifyRequest) => void {
  const names = new Set([access.host, ...access.allowedHosts].map((name) => name.toLowerCase()));
  const key = access.apiKey === null ? null : digest(access.apiKey);
  const isOurs = (name: string) => name === 'localhost' || isIP(name) !== 0 || names.has(name);

  return ({ headers }) => {
    const host = hostOf(`http://${headers.host ?? ''}`);
    if (host === null || !isOurs(host.name)) {
      throw new HttpRefusal(
        403,
        'permission_denied',
        `this service is not reached as ${shown(headers.host)}: WINNOW_ALLOWED_HOSTS lists its names`,
      );
    }
    if (headers.origin !== undefined && !isSameSite(headers.origin, host, access.allowedHosts)) {
      const message = `pages of ${shown(headers.origin)} may not ask: WINNOW_ALLOWED_HOSTS lists whose may`;
      throw new HttpRefusal(403, 'permission_denied', message);
    }
    if (isPartOfOtherPage(headers)) {
      throw new HttpRefusal(403, 'permission_denied', 'nothing here is a part of pages of other sites');
    }
    if (key !== null && !timingSafeEqual(key, digest(bearerOf(headers.authorization)))) {
      throw new HttpRefusal(401, 'unauthenticated', 'bring WINNOW_API_KEY as `authorization: Bearer …`', {
        'www-authenticate': 'Bearer',
      });
    }
  };
}

/** An image or a script, say, for which browsers send no `origin`; an address that somebody follows is none. */
function isPartOfOtherPage(headers: IncomingHttpHeaders): boolean {
  if (headers.origin !== undefined) return false;
  return headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
}

interface Host {
  /** In lower case, an IPv6 address without its brackets. */
  readonly name: string;
  readonly withPort: string;
}

function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family === 0
    ? host.toLowerCase() === 'localhost'
    : loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

function isSameSite(origin: string, asked: Host, allowedHosts: readonly string[]): boolean {
  const page = hostOf(origin);
  return (
    page !== null &&
    (page.withPort === asked.withPort || allowedHosts.some((name) => name.toLowerCase() === page.name))
  );
}

/** @returns null for what is no address of a page or a service, such as the origin `null` of a file. */
function hostOf(url: string): Host | null {
  if (!URL.canParse(url)) return null;
  const { hostname, host, username, pathname } = new URL(url);
  if (hostname === '' || username !== '' || pathname !== '/') return null;
  return { name: hostname.replace(/^\[|\]$/g, ''), withPort: host };
}

function bearerOf(authorization: string | undefined): string {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
}

/** Of equal length whatever it is of. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function shown(header: string | undefined): string {
  return JSON.stringify((header ?? '').slice(0, 100));
}
