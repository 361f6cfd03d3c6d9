import { afterEach, describe, expect, it } from 'vitest';
import { ProviderRefusal } from './provider-refusal.ts';
import { type ProviderBehaviour, type ProviderServer, startProviderServer } from './provider-server.ts';

let server: ProviderServer;
afterEach(() => server.close());

const start = async (behaviour: ProviderBehaviour = {}) => {
  server = await startProviderServer({
    behaviour,
    errorBody: ({ message, code }) => ({ problem: message, code }),
    routes: [
      {
        method: 'POST',
        path: '/shops/:name/orders',
        tokensOf: ({ body }) => body.count,
        answer({ params, query, body }) {
          if (body.count === 0) throw new ProviderRefusal(400, 'order something', 'nothing');
          return { body: { shop: params.name, fast: query.get('fast'), count: body.count } };
        },
      },
    ],
  });
};
const order = (count: number, headers: Record<string, string> = {}) =>
  fetch(`${server.origin}/shops/corner/orders?fast=yes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ count }),
  });

describe('startProviderServer', () => {
  it('answers by its routes and refuses in the form of the provider', async () => {
    await start();
    expect(await (await order(2)).json()).toEqual({ shop: 'corner', fast: 'yes', count: 2 });
    const refused = await order(0);
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { problem: 'order something', code: 'nothing' },
    ]);
    expect((await fetch(`${server.origin}/elsewhere`)).status).toBe(404);
    expect(server.requestCount).toBe(3);
    expect(Object.fromEntries(server.failures)).toEqual({ 400: 1, 404: 1 });
  });

  it('wants the one key it is given', async () => {
    await start({ apiKey: 'right' });
    expect((await order(1)).status).toBe(401);
    expect((await order(1, { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await order(1, { authorization: 'Bearer right' })).status).toBe(200);
  });

  it('fails as often as it is told to, one fault a request, then answers', async () => {
    await start();
    const headers = { 'retry-after': '3' };
    server.failNext({ kind: 'status', status: 429, headers }, { kind: 'truncated' }, { kind: 'cut' });
    const refused = await order(1);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3']);
    const half = await order(1);
    expect(half.status).toBe(200);
    await expect(half.text()).rejects.toThrow();
    await expect(order(1)).rejects.toThrow();
    expect((await order(1)).status).toBe(200);
  });

  it('changes a proper answer, also into JSON that is none', async () => {
    await start();
    server.failNext(
      { kind: 'changed', change: ({ count }) => ({ count: count + 0.5 }) },
      { kind: 'changed', change: () => ({ count: Number.NaN, list: [1, Number.NEGATIVE_INFINITY] }) },
    );
    expect(await (await order(1)).json()).toEqual({ count: 1.5 });
    expect(await (await order(1)).text()).toBe('{"count":NaN,"list":[1,-Infinity]}');
  });

  it('drips an answer, and knows that the client went away', async () => {
    await start();
    server.failNext({ kind: 'drip' });
    const arriving = server.nextRequest();
    const response = await order(1);
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value).toHaveLength(1);
    await reader?.cancel();
    expect(await (await arriving).outcome).toBe('closed');
  });

  it('fails by chance at the given rate, the same with the same seed', async () => {
    const statuses = async () => {
      await start({ randomFaults: { rate: 0.2, seed: 7, faults: [{ kind: 'status', status: 503 }] } });
      const seen: number[] = [];
      for (let request = 0; request < 100; request++) seen.push((await order(1)).status);
      return seen;
    };
    const first = await statuses();
    await server.close();
    expect(await statuses()).toEqual(first);
    const failed = first.filter((status) => status === 503).length;
    expect(failed).toBeGreaterThan(10);
    expect(failed).toBeLessThan(30);
  });

  it('lets its limits refuse a request by its tokens, and sends what they say', async () => {
    await start({
      admit: (_, tokens) => ({
        refusal: tokens > 5 ? { kind: 'status', status: 429 } : null,
        headers: { 'x-left': String(5 - tokens) },
      }),
    });
    const [small, large] = [await order(2), await order(9)];
    expect([small.status, small.headers.get('x-left')]).toEqual([200, '3']);
    expect([large.status, large.headers.get('x-left')]).toEqual([429, '-4']);
  });
});
