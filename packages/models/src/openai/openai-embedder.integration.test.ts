import { silentLogger } from '@winnow/core';
import { describeEmbedder, type OpenAiServer, startOpenAiServer } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    log: silentLogger,
    ...options,
  });
const { signal } = new AbortController();
const document = { purpose: 'document', signal } as const;

describeEmbedder('openai:test-model', async () => open(), { understandsEnglish: false });

describe('createOpenAiEmbedder', () => {
  it('asks as the API wants it', async () => {
    await open().embed(['one', '二'], document);
    expect(server.requests.at(-1)).toEqual({
      path: '/v1/embeddings',
      authorization: `Bearer ${apiKey}`,
      body: { model: 'test-model', input: ['one', '二'], encoding_format: 'base64' },
    });
  });

  it('asks for shorter vectors only of a model that can give them, and only if they are shorter', async () => {
    const shortened = { model: 'text-embedding-3-large', dimensions: 256 };
    expect((await open(shortened).embed(['x'], document)).vectors[0]).toHaveLength(256);
    expect(server.requests.at(-1)?.body.dimensions).toBe(256);
    await open({ model: 'text-embedding-3-large', dimensions: 3072 })
      .embed(['x'], document)
      .catch(() => {});
    expect(server.requests.at(-1)?.body).not.toHaveProperty('dimensions');
  });

  it('puts vectors that come in another order where they belong', async () => {
    const texts = ['alpha', 'beta', 'gamma'];
    const straight = await open().embed(texts, document);
    server.failNext({ kind: 'embeddings', change: (data) => data.toReversed() });
    expect((await open().embed(texts, document)).vectors).toEqual(straight.vectors);
  });

  it('reads numbers from an endpoint that knows no base64', async () => {
    const straight = await open().embed(['alpha'], document);
    server.failNext({ kind: 'embeddings', change: (data) => data.map(withNumbers) });
    const { vectors } = await open().embed(['alpha'], document);
    expect([...(vectors[0] ?? [])]).toEqual(
      [...(straight.vectors[0] ?? [])].map((x) => expect.closeTo(x, 6)),
    );
  });

  it.each([
    ['400', { kind: 'status', status: 400 }, 'invalid_argument'],
    ['401', { kind: 'status', status: 401 }, 'failed_precondition'],
    ['403', { kind: 'status', status: 403 }, 'failed_precondition'],
    ['404', { kind: 'status', status: 404 }, 'not_found'],
    ['413', { kind: 'status', status: 413 }, 'invalid_argument'],
    ['429', { kind: 'status', status: 429 }, 'resource_exhausted'],
    ['500', { kind: 'status', status: 500 }, 'unavailable'],
    ['503', { kind: 'status', status: 503 }, 'unavailable'],
    ['504', { kind: 'status', status: 504 }, 'deadline_exceeded'],
    ['a page for people', { kind: 'status', status: 502, body: '<html>' }, 'unavailable'],
    ['a body that is cut', { kind: 'truncated' }, 'unavailable'],
    ['a vector too few', { kind: 'embeddings', change: (data: unknown[]) => data.slice(1) }, 'unavailable'],
  ] as const)('makes one try, and of %s %o the code %s', async (_, fault, code) => {
    const before = server.requests.length;
    server.failNext(fault as never);
    await expect(open().embed(['x', 'y'], document)).rejects.toMatchObject({ code });
    expect(server.requests.length).toBe(before + 1);
  });

  it('says how long a 429 asks to wait', async () => {
    server.failNext({ kind: 'status', status: 429, headers: { 'retry-after': '7' } });
    await expect(open().embed(['x'], document)).rejects.toMatchObject({ retryAfterMs: 7_000 });
  });

  it('takes an empty account as something that does not pass by waiting', async () => {
    const error = {
      message: 'You exceeded your current quota',
      code: 'insufficient_quota',
      type: 'x',
      param: null,
    };
    server.failNext({ kind: 'status', status: 429, body: { error } });
    await expect(open().embed(['x'], document)).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('current quota'),
    });
  });

  it('never repeats the key, even if the endpoint does', async () => {
    const error = {
      message: `Incorrect API key provided: ${apiKey}`,
      code: 'invalid_api_key',
      type: 'x',
      param: null,
    };
    server.failNext({ kind: 'status', status: 401, body: { error } });
    const thrown = await open()
      .embed(['x'], document)
      .catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(Error);
    expect(JSON.stringify(thrown, Object.getOwnPropertyNames(thrown))).not.toContain('sk-secret');
  });

  it('refuses another model behind the same name', async () => {
    await expect(open({ dimensions: 32 }).embed(['x'], document)).rejects.toMatchObject({
      code: 'failed_precondition',
      message: 'the endpoint gives vectors of 64 dimensions where 32 are expected',
    });
  });

  it('ends a call that gets no answer by its own limit and by the signal', async () => {
    server.failNext({ kind: 'silent' }, { kind: 'silent' });
    await expect(open({ timeoutMs: 50 }).embed(['x'], document)).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
    await expect(
      open().embed(['x'], { purpose: 'query', signal: AbortSignal.timeout(50) }),
    ).rejects.toMatchObject({ code: 'deadline_exceeded' });
  });

  it('says that an endpoint is out of reach', async () => {
    const gone = await startOpenAiServer();
    await gone.close();
    await expect(open({ baseUrl: gone.baseUrl }).embed(['x'], document)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('can ask an endpoint for its dimensions', async () => {
    const options = { apiKey: '', baseUrl: server.baseUrl, model: 'test-model', signal };
    expect(await probeOpenAiDimensions(options)).toBe(64);
  });
});

function withNumbers<Wire extends { embedding: number[] | string }>(one: Wire): Wire {
  const bytes = Buffer.from(String(one.embedding), 'base64');
  const values = Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
  return { ...one, embedding: values };
}
