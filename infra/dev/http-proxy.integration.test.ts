import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpProxy, jsonAnswer, startHttpProxy } from './http-proxy.ts';

let proxy: HttpProxy;
let arrived: string[];
let stop: () => Promise<unknown>;

beforeEach(async () => {
  arrived = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    arrived.push(`${request.method} ${request.url} ${body}`);
    response.writeHead(201, { 'x-server': 'real' }).end(body.toUpperCase());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startHttpProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  stop = async () => {
    await proxy.close();
    server.closeAllConnections();
    server.close();
  };
});
afterEach(() => stop());

const post = (body: string) => fetch(`${proxy.url}/path?a=1`, { method: 'POST', body });

describe('an HTTP proxy', () => {
  it('passes requests and answers on as they are', async () => {
    const answer = await post('hello');
    expect([answer.status, answer.headers.get('x-server'), await answer.text()]).toEqual([
      201,
      'real',
      'HELLO',
    ]);
    expect(arrived).toEqual(['POST /path?a=1 hello']);
  });

  it('lets an interceptor answer itself, until it is taken away', async () => {
    const remove = proxy.use(async () => jsonAnswer(429, { error: 'busy' }));
    const refused = await post('a');
    expect([refused.status, await refused.json()]).toEqual([429, { error: 'busy' }]);
    remove();
    expect((await post('b')).status).toBe(201);
    expect(arrived).toEqual(['POST /path?a=1 b']);
  });

  it('can lose an answer after the server has done what was asked', async () => {
    proxy.use(async (request, forward) => {
      await forward(request);
      return 'cut';
    });
    await expect(post('a')).rejects.toThrow();
    expect(arrived).toHaveLength(1);
  });

  it('has the one put in last see a request first', async () => {
    const order: string[] = [];
    for (const name of ['first', 'second']) {
      proxy.use(async (request, forward) => {
        order.push(name);
        return await forward({ ...request, body: Buffer.from(`${request.body} ${name}`) });
      });
    }
    expect(await (await post('a')).text()).toBe('A SECOND FIRST');
    expect(order).toEqual(['second', 'first']);
  });

  it('cuts the connection where the server is not there', async () => {
    const nowhere = await startHttpProxy('http://127.0.0.1:1');
    await expect(fetch(nowhere.url)).rejects.toThrow();
    await nowhere.close();
  });
});
