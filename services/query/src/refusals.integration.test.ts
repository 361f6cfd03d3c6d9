import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { silentLogger } from '@winnow/core';
import type { Engine } from '@winnow/engine';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Access, localAccess } from './access.ts';
import { buildServer, type ServerOptions } from './build-server.ts';

const corpora = { list: async () => [], delete: async () => {} };
const engine = { corpora } as unknown as Engine;

async function open(access: Partial<Access> = {}, options: Partial<ServerOptions> = {}) {
  const server = await buildServer({
    engine,
    log: silentLogger,
    sourceRoots: [],
    access: { ...localAccess, ...access },
    ...options,
  });
  onTestFinished(() => server.close());
  return server;
}

describe('who may ask', () => {
  const asked = async (headers: Record<string, string>, access: Partial<Access> = {}) => {
    const server = await open(access);
    const listed = await server.inject({ method: 'GET', url: '/v1/corpora', headers });
    const deleted = await server.inject({ method: 'DELETE', url: '/v1/corpora/x', headers });
    const health = await server.inject({ method: 'GET', url: '/health/live', headers });
    expect(health.statusCode).toBe(200);
    return [listed.statusCode, deleted.statusCode];
  };

  test.each([
    ['127.0.0.1:7700'],
    ['localhost:7700'],
    ['LOCALHOST'],
    ['[::1]:7700'],
    // Nobody can make an address lead elsewhere.
    ['192.168.1.7:7700'],
  ])('whoever asks for %s', async (host) => {
    expect(await asked({ host })).toEqual([200, 204]);
    expect(await asked({ host, origin: `http://${host}` })).toEqual([200, 204]);
  });

  test.each([
    ['evil.example', 'http://evil.example'],
    ['evil.example:7700', undefined],
    ['localhost.evil.example', undefined],
    ['127.0.0.1.evil.example', undefined],
    ['a@localhost', undefined],
    ['localhost', 'http://evil.example'],
    ['localhost:7700', 'http://localhost:3000'],
    ['localhost', 'null'],
  ])('not for %j from %s', async (host, origin) => {
    expect(await asked({ host, ...(origin !== undefined && { origin }) })).toEqual([403, 403]);
  });

  test('no page of another site, though a browser sends no origin for its parts; but who follows its links', async () => {
    const crossSite = { host: 'localhost', 'sec-fetch-site': 'cross-site' };
    expect(await asked({ ...crossSite, 'sec-fetch-mode': 'no-cors' })).toEqual([403, 403]);
    expect(await asked({ ...crossSite, 'sec-fetch-mode': 'navigate' })).toEqual([200, 204]);
    expect(await asked({ host: 'localhost', 'sec-fetch-site': 'same-origin' })).toEqual([200, 204]);
  });

  test('under the names that are configured, and from their pages', async () => {
    const access = { allowedHosts: ['search.example'] };
    expect(await asked({ host: 'search.example' }, access)).toEqual([200, 204]);
    expect(await asked({ host: 'search.example', origin: 'https://Search.example' }, access)).toEqual([
      200, 204,
    ]);
    expect(await asked({ host: 'localhost', origin: 'https://search.example' }, access)).toEqual([200, 204]);
    expect(await asked({ host: 'other.example' }, access)).toEqual([403, 403]);
  });

  test('who brings the key, where there is one', async () => {
    const apiKey = 'k'.repeat(32);
    expect(await asked({}, { apiKey })).toEqual([401, 401]);
    for (const authorization of ['', apiKey, `Basic ${apiKey}`, `Bearer ${apiKey}x`, 'Bearer ']) {
      expect(await asked({ authorization }, { apiKey })).toEqual([401, 401]);
    }
    expect(await asked({ authorization: `Bearer ${apiKey}` }, { apiKey })).toEqual([200, 204]);
    expect(await asked({ authorization: `bearer ${apiKey}` }, { apiKey })).toEqual([200, 204]);
  });

  test('nobody without the key, on any route that there is or is not', async () => {
    const server = await open({ apiKey: 'k'.repeat(32) });
    for (const url of ['/openapi.json', '/v1/runs', '/v1/costs', '/nothing', '/v1/search']) {
      const { statusCode, headers } = await server.inject({ method: 'GET', url });
      expect([url, statusCode, headers['www-authenticate']]).toEqual([url, 401, 'Bearer']);
    }
  });
});

describe('the id of a request', () => {
  test('is the one that it brings, where it has the form of one', async () => {
    const server = await open();
    const idOf = async (brought: string) =>
      (await server.inject({ url: '/v1/corpora', headers: { 'x-request-id': brought } })).headers[
        'x-request-id'
      ];
    expect(await idOf('4bf92f35-77b3:1.a_b')).toBe('4bf92f35-77b3:1.a_b');
    for (const bad of ['', 'a b', '<b>', 'x'.repeat(65), 'é'])
      expect(await idOf(bad)).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('the limit of requests of one address', () => {
  const tooMany = async (trustedProxies: readonly string[]) => {
    const server = await open({}, { trustedProxies });
    const statuses = new Set<number>();
    for (let asked = 0; asked < 1_300; asked += 1) {
      const headers = { 'x-forwarded-for': `198.51.100.${asked % 2}` };
      statuses.add((await server.inject({ url: '/v1/corpora', headers })).statusCode);
    }
    return statuses.has(429);
  };

  test('is not got round by who says that others ask', async () => {
    expect(await tooMany([])).toBe(true);
    expect(await tooMany(['192.0.2.0/24'])).toBe(true);
  });

  test('counts those who ask through a trusted proxy by themselves', async () => {
    expect(await tooMany(['127.0.0.1'])).toBe(false);
  });
});

describe('what is wrong about a request', () => {
  const json = { 'content-type': 'application/json' };
  const manyKeys = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${at}`, 1]));

  test.each([
    ['an address that is no text', 400, { method: 'GET', url: '/v1/corpora/%ff' }],
    ['an id that is too long', 414, { method: 'GET', url: `/v1/corpora/${'a'.repeat(4_000)}` }],
    [
      'a body that is too large',
      413,
      { method: 'POST', url: '/v1/search', headers: json, payload: `"${'x'.repeat(300_000)}"` },
    ],
    [
      'a body that is no JSON',
      415,
      { method: 'POST', url: '/v1/search', headers: { 'content-type': 'text/plain' }, payload: '{}' },
    ],
    [
      'a form',
      415,
      {
        method: 'POST',
        url: '/v1/search',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: 'a=1',
      },
    ],
    ['a body that breaks off', 400, { method: 'POST', url: '/v1/search', headers: json, payload: '{"a"' }],
    [
      'very many keys',
      400,
      { method: 'POST', url: '/v1/search', headers: json, payload: JSON.stringify(manyKeys) },
    ],
    [
      'a version that is nothing',
      400,
      {
        method: 'PUT',
        url: '/v1/corpora/x/documents/y?version=',
        headers: { 'content-type': 'text/markdown' },
        payload: 'x',
      },
    ],
    ['an address that is not there', 404, { method: 'GET', url: '/nothing' }],
    ['another method', 405, { method: 'PUT', url: '/v1/corpora' }],
    ['another method on an address with an id', 405, { method: 'POST', url: '/v1/corpora/x?y=1' }],
    ['a question before asking', 405, { method: 'OPTIONS', url: '/v1/search' }],
  ] as const)('%s: %i', async (_name, status, request) => {
    const answer = await (await open()).inject(request);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toEqual({
      error: {
        code: expect.any(String),
        message: expect.any(String),
        requestId: answer.headers['x-request-id'],
      },
    });
    expect(answer.body.length).toBeLessThan(3_000);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('default-src'),
    });
  });

  test('too many requests of one address are told when to come again, and health is not counted', async () => {
    const server = await open();
    let last = await server.inject('/v1/corpora');
    for (let asked = 1; asked < 1_201; asked += 1) last = await server.inject('/v1/corpora');
    expect(last.statusCode).toBe(429);
    expect(last.json()).toMatchObject({ error: { code: 'resource_exhausted' } });
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect((await server.inject('/health/live')).statusCode).toBe(200);
  });

  test.each([
    ['GET', '/nothing'],
    ['PUT', '/v1/corpora'],
  ] as const)('keys cannot be guessed without limit at %s %s, which no route takes', async (method, url) => {
    const server = await open({ apiKey: 'k'.repeat(32) });
    const statuses: number[] = [];
    for (let asked = 0; asked < 1_201; asked += 1) {
      const headers = { authorization: `Bearer guess-${asked}` };
      statuses.push((await server.inject({ method, url, headers })).statusCode);
    }
    expect([statuses[0], statuses.at(-1)]).toEqual([401, 429]);
  });

  test('what comes while it is being stopped is refused in the same shape, with an id', async () => {
    const asked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const slow = {
      corpora: {
        async list() {
          asked.resolve();
          await release.promise;
          return [];
        },
      },
    } as unknown as Engine;
    const server = await open({}, { engine: slow });
    server.addHook('onSend', async ({ id }) => {
      if (id === 'second') release.resolve();
    });
    const address = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(address.port), address.hostname);
    const ask = (id: string) =>
      socket.write(`GET /v1/corpora HTTP/1.1\r\nhost: ${address.host}\r\nx-request-id: ${id}\r\n\r\n`);
    ask('first');
    await asked.promise;
    const closed = server.close();
    ask('second');
    const answers = await text(socket);
    await closed;
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 503']);
    const [, second = ''] = answers.split('HTTP/1.1 503');
    expect(second).toContain('x-request-id: second');
    expect(second).toMatch(/^x-content-type-options: nosniff/im);
    expect(second).toContain('"code":"unavailable"');
  });

  test('says which methods an address takes', async () => {
    const answer = await (await open()).inject({ method: 'PUT', url: '/v1/corpora/x' });
    expect(answer.headers.allow).toBe('DELETE, GET, HEAD, PATCH');
  });

  test('what is no HTTP is answered in the same shape', async () => {
    const server = await open();
    const address = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(address.port), address.hostname);
    socket.write('NOISE\r\n\r\n');
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toContain('HTTP/1.1 400');
    expect(head).toContain('nosniff');
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'invalid_argument' } });
  });
});

test('the description has what any route may answer, and the stream', async () => {
  const server = await open();
  const { paths } = (await server.inject('/openapi.json')).json();
  expect(Object.keys(paths['/v1/search'].post.responses)).toEqual(
    expect.arrayContaining(['200', '401', '403', '429', '503']),
  );
  const operations = Object.values<Record<string, { tags?: string[]; responses: object }>>(paths)
    .flatMap((methods) => Object.values(methods))
    .filter(({ tags }) => tags?.includes('health') !== true);
  for (const { responses } of operations) {
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['4XX', '5XX', '401', '429']));
  }
  expect(paths['/v1/search'].post.responses['429'].headers).toHaveProperty('retry-after');
  expect(Object.keys(paths['/v1/answer'].post.responses['200'].content)).toEqual([
    'application/json',
    'text/event-stream',
  ]);
  expect(Object.keys(paths['/health/live'].get.responses)).not.toContain('429');
  const { name } = paths['/v1/corpora'].post.requestBody.content['application/json'].schema.properties;
  expect(name.pattern).toBe('^[a-z0-9][a-z0-9_-]{0,62}$');
  expect(paths['/v1/corpora/{corpus}'].get.parameters[0].schema.pattern).toBe(name.pattern);
});
