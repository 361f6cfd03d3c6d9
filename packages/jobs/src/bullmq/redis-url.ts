import { isIP } from 'node:net';
import { AppError } from '@winnow/core';
import type { RedisOptions } from 'ioredis';

/** Where Redis is, and who asks. */
type RedisAddress = Pick<
  RedisOptions,
  | 'host'
  | 'port'
  | 'family'
  | 'db'
  | 'username'
  | 'password'
  | 'tls'
  | 'sentinels'
  | 'name'
  | 'sentinelUsername'
  | 'sentinelPassword'
  | 'sentinelTLS'
  | 'enableTLSForSentinelMode'
>;

/** Of a server's own port and of a sentinel's. */
const [redisPort, sentinelPort] = [6379, 26379];

const urlShape =
  /^redis(?<tls>s?)(?<sentinel>\+sentinel)?:\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^@/?#]+)\/?(?<path>[^?#]*)(?:\?(?<query>[^#]*))?$/;
const hostShape = /^(?<host>\[[0-9a-f:.]+\]|[^:[\]\s]+)(?::(?<port>\d{1,5}))?$/i;

/**
 * How to connect to what an address names; a letter more, `rediss`, is TLS:
 *
 * - `redis://[user:password@]host[:port][/database]`
 * - `redis+sentinel://[user:password@]host[:port],…/name[/database]`, the sentinels that know the master of that
 *   name; `?sentinelUsername=…&sentinelPassword=…` for the sentinels' own. With TLS it is spoken to both.
 *
 * Special characters in user, password and name are percent-encoded.
 * @throws AppError `invalid_argument` if it is another kind of address; never with the address in it, which may
 * hold a password.
 */
export function redisOptionsOf(redisUrl: string): RedisAddress {
  const parts = urlShape.exec(redisUrl)?.groups;
  if (parts === undefined) throw refused('it does not have that form');
  const query = queryOf(parts.query ?? '', parts.sentinel !== undefined);
  const login = {
    ...(parts.user && { username: decoded(parts.user) }),
    ...(parts.password && { password: decoded(parts.password) }),
  };
  return parts.sentinel === undefined
    ? { ...login, ...serverOf(parts), ...query }
    : { ...login, ...sentinelsOf(parts), ...query };
}

type Parts = Readonly<Record<string, string | undefined>>;

function serverOf({ hosts = '', path = '', tls }: Parts): RedisAddress {
  if (hosts.includes(',')) throw refused('several hosts are sentinels, and need redis+sentinel://');
  const address = addressOf(hosts, redisPort);
  // A provider with many servers behind one address tells them apart by the name.
  const secure = { tls: isIP(address.host) === 0 ? { servername: address.host } : {} };
  return { ...address, db: databaseOf(path), ...(tls === 's' && secure) };
}

function sentinelsOf({ hosts = '', path = '', tls }: Parts): RedisAddress {
  const [name = '', database = '', ...rest] = path.split('/');
  if (name === '' || rest.length > 0)
    throw refused('behind the sentinels comes the name of the master, such as /mymaster');
  return {
    sentinels: hosts.split(',').map((host) => addressOf(host, sentinelPort)),
    name: decoded(name),
    db: databaseOf(database),
    ...(tls === 's' && { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }),
  };
}

function addressOf(text: string, defaultPort: number): { host: string; port: number } {
  const { host, port } = hostShape.exec(text.trim())?.groups ?? {};
  const number = Number(port ?? defaultPort);
  if (host === undefined || number < 1 || number > 65_535) throw refused('a host or port in it is none');
  return { host: host.replace(/^\[|\]$/g, ''), port: number };
}

function databaseOf(text: string): number {
  if (!/^\d{0,5}$/.test(text)) throw refused('the database must be a number');
  return Number(text);
}

const queryNames = {
  plain: ['family'],
  sentinel: ['family', 'sentinelUsername', 'sentinelPassword'],
} as const;

function queryOf(query: string, isSentinel: boolean): RedisAddress {
  const allowed: readonly string[] = isSentinel ? queryNames.sentinel : queryNames.plain;
  const entries = [...new URLSearchParams(query)].map(([name, value]) => {
    if (!allowed.includes(name)) throw refused(`its query may hold ${allowed.join(', ')} only`);
    return [name, name === 'family' ? Number(value) : value];
  });
  return Object.fromEntries(entries);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused('a % in it must be written as %25');
  }
}

function refused(why: string): AppError {
  return new AppError(
    'invalid_argument',
    `the Redis URL must look like redis://host:6379, rediss://host:6379 or redis+sentinel://host:26379,host:26379/name: ${why}`,
  );
}
