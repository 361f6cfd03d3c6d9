import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { askCohere } from './ask-cohere.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

const call = {
  what: 'ranking by rerank-v3.5',
  schema: z.object({ results: z.array(z.unknown()) }),
  texts: [],
  signal: new AbortController().signal,
};
const make: Parameters<typeof askCohere>[1]['make'] = (client, options) =>
  client.v2.rerank({ model: 'rerank-v3.5', query: 'q', documents: ['d'] }, options);

describe('askCohere', () => {
  it('takes no key and no address from the environment', async () => {
    vi.stubEnv('CO_API_KEY', 'key-of-the-environment');
    vi.stubEnv('CO_API_URL', 'http://address-of-the-environment');
    const requests: Request[] = [];
    const fetch = async (...request: Parameters<typeof globalThis.fetch>) => {
      requests.push(new Request(...request));
      return Response.json({ results: [] });
    };
    await askCohere({ apiKey: '', baseUrl: null, timeoutMs: 60_000, fetch }, { ...call, make });
    expect(requests[0]?.headers.get('authorization')).toBeNull();
    expect(requests.map(({ url }) => url)).toEqual(['https://api.cohere.com/v2/rerank']);
  });

  it('leaves no timer behind when the endpoint is out of reach', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const fetch = () => Promise.reject(new TypeError('fetch failed'));
    const asked = askCohere({ apiKey: 'key', baseUrl: null, timeoutMs: 60_000, fetch }, { ...call, make });
    await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
    expect(vi.getTimerCount()).toBe(0);
  });
});
