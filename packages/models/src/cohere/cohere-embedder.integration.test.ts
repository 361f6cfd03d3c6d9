import { silentLogger } from '@winnow/core';
import {
  type CohereServer,
  describeEmbedder,
  describeEmbedderFaults,
  startCohereServer,
} from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUnlimitedCalls } from '../calls/provider-calls.ts';
import {
  type CohereEmbedderOptions,
  createCohereEmbedder,
  probeCohereDimensions,
} from './cohere-embedder.ts';

const apiKey = 'co-secret-0123456789';
let server: CohereServer;
beforeAll(async () => {
  server = await startCohereServer({ apiKey });
});
afterAll(() => server.close());

const open = (options: Partial<CohereEmbedderOptions> = {}) =>
  createCohereEmbedder({
    apiKey,
    baseUrl: server.origin,
    model: 'embed-multilingual-v3.0',
    dimensions: 1_024,
    maxTokens: 512,
    calls: createUnlimitedCalls(),
    log: silentLogger,
    ...options,
  });
const { signal } = new AbortController();
const document = { purpose: 'document', signal } as const;

describeEmbedder('cohere', async () => open(), { understandsEnglish: false });
describeEmbedderFaults('cohere', {
  start: () => startCohereServer(),
  open: async ({ origin }, options) => open({ baseUrl: origin, ...options }),
  saysOrder: false,
});

describe('createCohereEmbedder', () => {
  it('asks as the API wants it, for documents and for queries', async () => {
    await open().embed(['one', '二'], document);
    expect(server.requests.at(-1)).toMatchObject({ path: '/v2/embed', authorization: `Bearer ${apiKey}` });
    const body = {
      model: 'embed-multilingual-v3.0',
      texts: ['one', '二'],
      input_type: 'search_document',
      embedding_types: ['base64'],
      truncate: 'END',
    };
    expect(server.requests.at(-1)?.body).toEqual(body);
    await open().embed(['one', '二'], { purpose: 'query', signal });
    expect(server.requests.at(-1)?.body).toEqual({ ...body, input_type: 'search_query' });
  });

  it('asks for shorter vectors only where it is told to', async () => {
    const shortened = { model: 'embed-v4.0', dimensions: 256, shortened: true };
    expect((await open(shortened).embed(['x'], document)).vectors[0]).toHaveLength(256);
    expect(server.requests.at(-1)?.body.output_dimension).toBe(256);
    await open({ model: 'embed-v4.0', dimensions: 1_536 }).embed(['x'], document);
    expect(server.requests.at(-1)?.body).not.toHaveProperty('output_dimension');
  });

  it('counts the texts that lost their end', async () => {
    const long = 'words and more words '.repeat(300);
    const { usage, vectors } = await open().embed(['short', long], document);
    expect(vectors).toHaveLength(2);
    expect(usage).toMatchObject({ calls: 1, truncated: 1 });
  });

  it('reports the tokens that are billed', async () => {
    const { usage } = await open().embed(['one two three', '二三'], document);
    expect(usage.inputTokens).toBe(5);
  });

  it('takes the base URL with a version at its end too', async () => {
    await open({ baseUrl: `${server.origin}/v2/` }).embed(['x'], document);
    expect(server.requests.at(-1)?.path).toBe('/v2/embed');
  });

  it('can ask an endpoint for its dimensions', async () => {
    const options = { apiKey, baseUrl: server.origin, calls: createUnlimitedCalls(), signal };
    expect(await probeCohereDimensions({ ...options, model: 'embed-v4.0' })).toBe(1_536);
    await expect(probeCohereDimensions({ ...options, model: 'no-such' })).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining("model 'no-such' not found"),
    });
  });

  it('reads numbers from a server that knows no base64, and estimates what it does not bill', async () => {
    const compatible = await startCohereServer({ knowsNoBase64: true });
    compatible.failNext({ kind: 'changed', change: ({ embeddings }) => ({ embeddings }) });
    const answer = await open({ baseUrl: compatible.origin }).embed(['alpha beta'], document);
    await compatible.close();
    const { vectors } = await open().embed(['alpha beta'], document);
    expect([...(answer.vectors[0] ?? [])]).toEqual(
      [...(vectors[0] ?? [])].map((value) => expect.closeTo(value, 6)),
    );
    expect(answer.usage.inputTokens).toBeGreaterThan(0);
  });
});
