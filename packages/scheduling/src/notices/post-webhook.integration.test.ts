import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { AppError } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostWebhook } from './post-webhook.ts';

interface Got {
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let port: number;
let got: Got[];
let connections: number;
let answer: (response: ServerResponse) => void;
const { signal } = new AbortController();
const message = { body: '{"type":"run.completed"}', headers: { 'webhook-id': 'msg_1' } };

beforeEach(async () => {
  got = [];
  connections = 0;
  answer = (response) => response.writeHead(204).end();
  server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    got.push({ path: request.url, headers: request.headers, body: Buffer.concat(pieces).toString() });
    answer(response);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function addresses(...given: readonly string[]): {
  readonly lookup: LookupFunction;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const lookup: LookupFunction = (name, options, done) => {
    asked.push(name);
    const all = given.map((address) => ({ address, family: 4 }));
    if (options.all === true) done(null, all);
    else done(null, given[0] ?? '', 4);
  };
  return { lookup, asked };
}

describe('a webhook', () => {
  it('is told by one POST of JSON, with the headers of the message', async () => {
    await createPostWebhook({ allowsPrivate: true })(
      `http://127.0.0.1:${port}/winnow?key=1`,
      message,
      signal,
    );
    expect(got).toMatchObject([
      {
        path: '/winnow?key=1',
        body: message.body,
        headers: { 'webhook-id': 'msg_1', 'content-type': 'application/json', 'user-agent': 'winnow' },
      },
    ]);
  });

  it.each([
    [400, 'answered 400'],
    [500, 'answered 500'],
    [302, 'answered 302, and redirects are not followed'],
  ])('that answers %s has not taken it', async (status, reason) => {
    answer = (response) =>
      response.writeHead(status, { location: `http://127.0.0.1:${port}/elsewhere` }).end();
    const refused = createPostWebhook({ allowsPrivate: true })(
      `http://127.0.0.1:${port}/secret`,
      message,
      signal,
    );
    await expect(refused).rejects.toMatchObject({
      code: 'unavailable',
      message: `127.0.0.1:${port} ${reason}`,
    });
    expect(got).toHaveLength(1);
  });

  it('that does not answer in time has not taken it', async () => {
    answer = () => {};
    const post = createPostWebhook({ allowsPrivate: true, withinMs: 200 });
    await expect(post(`http://127.0.0.1:${port}/`, message, signal)).rejects.toMatchObject({
      code: expect.stringMatching(/deadline_exceeded|canceled/),
    });
  });

  it('that nobody listens at has not taken it, and its path is not told', async () => {
    const refused = createPostWebhook({ allowsPrivate: true })('http://127.0.0.1:1/secret', message, signal);
    await expect(refused).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.not.stringContaining('secret'),
    });
  });

  it.each([
    'http://127.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://2130706433:PORT/',
    'http://localhost:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://0.0.0.0:PORT/',
    'http://[::]:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://[64:ff9b::7f00:1]/',
    'https://127.0.0.1:PORT/',
  ])('at %s is not called', async (url) => {
    const refused = createPostWebhook({ allowsPrivate: false })(
      url.replace('PORT', String(port)),
      message,
      signal,
    );
    await expect(refused).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('WINNOW_WEBHOOK_PRIVATE=1'),
    });
    expect(connections).toBe(0);
  });

  it.each([[['127.0.0.1']], [['93.184.215.14', '127.0.0.1']], [['10.1.2.3']]])(
    'whose name has the addresses %j is not called',
    async (given) => {
      const { lookup } = addresses(...given);
      const post = createPostWebhook({ allowsPrivate: false, lookup });
      const refused = post(`http://ops.example.com:${port}/`, message, signal);
      await expect(refused).rejects.toBeInstanceOf(AppError);
      await expect(refused).rejects.toMatchObject({ code: 'failed_precondition' });
      expect(connections).toBe(0);
    },
  );

  it('is connected to at the address that was looked at: its name is resolved once', async () => {
    const { lookup, asked } = addresses('127.0.0.1');
    const post = createPostWebhook({ allowsPrivate: true, lookup });
    await post(`http://ops.example.com:${port}/`, message, signal);
    expect(asked).toEqual(['ops.example.com']);
    expect(got).toMatchObject([{ headers: { host: `ops.example.com:${port}` } }]);
  });
});
