import { silentLogger } from '@winnow/core';
import { describeEmbedder, describeEmbedderFaults, type JinaServer, startJinaServer } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUnlimitedCalls } from '../calls/provider-calls.ts';
import { createJinaEmbedder, type JinaEmbedderOptions, probeJinaDimensions } from './jina-embedder.ts';

const apiKey = 'jina_secret_0123456789';
let server: JinaServer;
beforeAll(async () => {
  server = await startJinaServer({ apiKey });
});
afterAll(() => server.close());

const open = (options: Partial<JinaEmbedderOptions> = {}) =>
  createJinaEmbedder({
    apiKey,
    baseUrl: server.baseUrl,
    model: 'jina-embeddings-v3',
    dimensions: 1_024,
    maxTokens: 8_192,
    calls: createUnlimitedCalls(),
    log: silentLogger,
    ...options,
  });
const { signal } = new AbortController();
const document = { purpose: 'document', signal } as const;

describeEmbedder('jina', async () => open(), { understandsEnglish: false });
describeEmbedderFaults('jina', {
  start: () => startJinaServer(),
  open: async ({ baseUrl }, options) => open({ baseUrl, ...options }),
  saysOrder: true,
});

describe('createJinaEmbedder', () => {
  it('asks as the API wants it, for documents and for queries', async () => {
    await open().embed(['one', '二'], document);
    expect(server.requests.at(-1)).toMatchObject({
      path: '/v1/embeddings',
      authorization: `Bearer ${apiKey}`,
    });
    const body = {
      model: 'jina-embeddings-v3',
      input: ['one', '二'],
      task: 'retrieval.passage',
      embedding_type: 'base64',
      truncate: true,
    };
    expect(server.requests.at(-1)?.body).toEqual(body);
    await open().embed(['one', '二'], { purpose: 'query', signal });
    expect(server.requests.at(-1)?.body).toEqual({ ...body, task: 'retrieval.query' });
  });

  it('names no task to models that know none', async () => {
    await open({ model: 'jina-embeddings-v2-base-en', dimensions: 768 }).embed(['x'], document);
    expect(server.requests.at(-1)?.body).not.toHaveProperty('task');
  });

  it('asks for shorter vectors only where it is told to', async () => {
    const { vectors } = await open({ dimensions: 64, shortened: true }).embed(['x'], document);
    expect(vectors[0]).toHaveLength(64);
    await open().embed(['x'], document);
    expect(server.requests.at(-1)?.body).not.toHaveProperty('dimensions');
  });

  it('counts the texts that lost their end, and what is billed', async () => {
    const { usage } = await open({ maxTokens: 20 }).embed(['one two', 'word '.repeat(50)], document);
    expect(usage).toMatchObject({ calls: 1, truncated: 1, inputTokens: 52 });
  });

  it('takes an unknown model for not found, and an empty account for what does not pass by waiting', async () => {
    await expect(open({ model: 'no-such' }).embed(['x'], document)).rejects.toMatchObject({
      code: 'not_found',
      message: "embeddings of no-such: Model 'no-such' not found (400)",
    });
    server.failNext({ kind: 'status', status: 403, message: 'Insufficient account balance' });
    await expect(open().embed(['x'], document)).rejects.toMatchObject({ code: 'failed_precondition' });
  });

  it('hands the headers to the shared calls', async () => {
    const calls = createUnlimitedCalls();
    let left: string | null | undefined;
    const watched: typeof calls = {
      ...calls,
      run: (call, make) =>
        calls.run(call, async () => {
          const answer = await make();
          left = answer.headers?.get('x-ratelimit-remaining-tokens');
          return answer;
        }),
    };
    await open({ calls: watched }).embed(['x'], document);
    expect(left).toBe('990000');
  });

  it('can ask an endpoint for its dimensions', async () => {
    const options = { apiKey, baseUrl: server.baseUrl, calls: createUnlimitedCalls(), signal };
    expect(await probeJinaDimensions({ ...options, model: 'jina-embeddings-v3' })).toBe(1_024);
  });
});
