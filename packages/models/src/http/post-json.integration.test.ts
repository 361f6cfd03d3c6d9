import { type ProviderServer, startProviderServer } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { postJson } from './post-json.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer({
    routes: [{ method: 'POST', path: '/echo', answer: ({ body }) => ({ body: { ...body, more: true } }) }],
    errorBody: ({ message, code }) => ({ detail: message, code }),
  });
});
afterAll(() => server.close());

const { signal } = new AbortController();
const schema = z.object({ text: z.string() });
const post = (options: { apiKey?: string; timeoutMs?: number; signal?: AbortSignal } = {}) =>
  postJson(
    {
      url: `${server.origin}/echo`,
      apiKey: options.apiKey ?? '',
      timeoutMs: options.timeoutMs ?? 60_000,
      codes: new Map([['NO_SUCH_MODEL', 'not_found']]),
    },
    {
      what: 'an echo',
      body: { text: 'hello' },
      schema,
      texts: ['hello'],
      signal: options.signal ?? signal,
    },
  );

describe('postJson', () => {
  it('reads what the schema asks for and gives the headers', async () => {
    const { value, headers } = await post();
    expect(value).toEqual({ text: 'hello' });
    expect(headers.get('content-type')).toBe('application/json');
  });

  it('sends a key as a bearer token, and none where there is none', async () => {
    await post({ apiKey: 'key' });
    expect(server.requests.at(-1)?.authorization).toBe('Bearer key');
    await post();
    expect(server.requests.at(-1)?.authorization).toBeUndefined();
  });

  it("lets the provider's own name of an error say more than the status", async () => {
    server.failNext({ kind: 'status', status: 400, message: 'no such model', code: 'NO_SUCH_MODEL' });
    await expect(post()).rejects.toMatchObject({
      code: 'not_found',
      message: 'an echo: no such model (400)',
    });
  });

  it('ends reading an answer that drips at the limit, and at the signal', async () => {
    server.failNext({ kind: 'drip' }, { kind: 'drip' });
    await expect(post({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'deadline_exceeded' });
    await expect(post({ signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
  });
});
