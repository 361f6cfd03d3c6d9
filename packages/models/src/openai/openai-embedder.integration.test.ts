import { silentLogger } from '@winnow/core';
import {
  describeEmbedder,
  describeEmbedderFaults,
  type OpenAiServer,
  startOpenAiServer,
} from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUnlimitedCalls, type ProviderAnswer, type ProviderCall } from '../calls/provider-calls.ts';
import {
  createOpenAiEmbedder,
  type OpenAiEmbedderOptions,
  probeOpenAiDimensions,
} from './openai-embedder.ts';

const apiKey = 'sk-secret-0123456789';
let server: OpenAiServer;
beforeAll(async () => {
  server = await startOpenAiServer();
});
afterAll(() => server.close());

const open = (options: Partial<OpenAiEmbedderOptions> = {}) =>
  createOpenAiEmbedder({
    apiKey,
    baseUrl: server.baseUrl,
    model: 'test-model',
    dimensions: 64,
    maxTokens: 512,
    calls: createUnlimitedCalls(),
    log: silentLogger,
    ...options,
  });
const { signal } = new AbortController();
const document = { purpose: 'document', signal } as const;

describeEmbedder('openai', async () => open(), { understandsEnglish: false });

describeEmbedderFaults('openai', {
  start: startOpenAiServer,
  open: async ({ baseUrl }, options) => open({ ...options, baseUrl }),
  saysOrder: true,
});

describe('createOpenAiEmbedder', () => {
  it('asks as the API wants it', async () => {
    await open().embed(['one', '二'], document);
    expect(server.requests.at(-1)).toMatchObject({
      method: 'POST',
      path: '/v1/embeddings',
      authorization: `Bearer ${apiKey}`,
    });
    const body = { model: 'test-model', input: ['one', '二'], encoding_format: 'base64' };
    expect(server.requests.at(-1)?.body).toEqual(body);
  });

  it('asks for shorter vectors only where it is told to', async () => {
    const shortened = await open({ dimensions: 16, shortened: true }).embed(['x'], document);
    expect(shortened.vectors[0]).toHaveLength(16);
    expect(server.requests.at(-1)?.body.dimensions).toBe(16);
    await open().embed(['x'], document);
    expect(server.requests.at(-1)?.body).not.toHaveProperty('dimensions');
  });

  it('keeps the fingerprint of corpora that were made before', () => {
    const known = { model: 'text-embedding-3-large', dimensions: 1024, maxTokens: 8192 };
    const embedder = open({ ...known, modelId: 'text-embedding-3-large@1024', shortened: true });
    expect(embedder.fingerprint).toBe('openai|text-embedding-3-large|1024|8192');
    expect(embedder.modelId).toBe('text-embedding-3-large@1024');
  });

  it('reads numbers from an endpoint that knows no base64', async () => {
    const plain = await startOpenAiServer({ embeddings: { knowsNoBase64: true } });
    const { vectors } = await open({ baseUrl: plain.baseUrl }).embed(['alpha'], document);
    await plain.close();
    expect(vectors).toEqual((await open().embed(['alpha'], document)).vectors);
  });

  it('cuts what is too long before it is sent, and counts it', async () => {
    const limits = { tokensPerText: 512, textsPerCall: 3, tokensPerCall: 1_536 };
    const strict = await startOpenAiServer({ embeddings: { limits } });
    const embedder = open({ baseUrl: strict.baseUrl, maxTokens: 512, maxTextsPerCall: 3 });
    const texts = ['人生若只如初见'.repeat(600), 'short', 'another word '.repeat(900)];
    const { vectors, usage } = await embedder.embed(texts, document);
    const sent: readonly string[] = strict.requests.at(-1)?.body.input;
    await strict.close();
    expect(vectors).toHaveLength(3);
    expect(usage).toMatchObject({ calls: 1, truncated: 2 });
    expect(sent.map((text, index) => texts[index]?.startsWith(text))).toEqual([true, true, true]);
    expect(sent[1]).toBe('short');
  });

  it('tells the limiter what a call may take and what it took, and which priority it has', async () => {
    const seen: unknown[] = [];
    const calls = {
      ...createUnlimitedCalls(),
      async run<Value>({ tokens, priority }: ProviderCall, make: () => Promise<ProviderAnswer<Value>>) {
        const answer = await make();
        seen.push({ tokens, priority, billed: answer.tokens, type: answer.headers?.get('content-type') });
        return answer.value;
      },
    };
    const text = 'eight letters, 六个汉字在此';
    const { usage } = await open({ calls }).embed([text], document);
    await open({ calls }).embed([text], { purpose: 'query', signal });
    const expected = { billed: usage.inputTokens, tokens: expect.any(Number), type: 'application/json' };
    expect(seen).toEqual([
      { ...expected, priority: 'bulk' },
      { ...expected, priority: 'interactive' },
    ]);
  });

  it('takes its own estimate for what the endpoint does not say', async () => {
    server.failNext({ kind: 'changed', change: ({ usage: _, ...rest }) => rest });
    const { usage } = await open().embed(['four letters'], document);
    expect(usage.inputTokens).toBeGreaterThan(1);
  });

  it('takes an empty account as something that does not pass by waiting', async () => {
    const message = 'You exceeded your current quota';
    server.failNext({ kind: 'status', status: 429, message, code: 'insufficient_quota' });
    await expect(open().embed(['x'], document)).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('current quota'),
    });
  });

  it('refuses another model behind the same name', async () => {
    await expect(open({ dimensions: 32 }).embed(['x'], document)).rejects.toMatchObject({
      code: 'failed_precondition',
      message: 'embeddings of test-model: the endpoint gives vectors of 64 dimensions where 32 are expected',
    });
  });

  it('says that a model does not exist', async () => {
    const strict = await startOpenAiServer({ embeddings: { models: { known: 64 } } });
    const asking = open({ baseUrl: strict.baseUrl, model: 'unknown' }).embed(['x'], document);
    await expect(asking).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('does not exist'),
    });
    await strict.close();
  });

  it('can ask an endpoint for its dimensions', async () => {
    const calls = createUnlimitedCalls();
    const options = { apiKey: '', baseUrl: server.baseUrl, model: 'test-model', calls, signal };
    expect(await probeOpenAiDimensions(options)).toBe(64);
  });
});
