import { silentLogger } from '@winnow/core';
import { describeEmbedder, describeEmbedderFaults, startTeiServer, type TeiServer } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUnlimitedCalls } from '../calls/provider-calls.ts';
import { createTeiEmbedder, type TeiEmbedderOptions } from './tei-embedder.ts';

let server: TeiServer;
beforeAll(async () => {
  server = await startTeiServer();
});
afterAll(() => server.close());

const { signal } = new AbortController();
const open = (options: Partial<TeiEmbedderOptions> = {}) =>
  createTeiEmbedder({
    apiKey: '',
    baseUrl: server.baseUrl,
    model: 'bge-small-en-v1.5',
    calls: createUnlimitedCalls(),
    signal,
    log: silentLogger,
    ...options,
  });
const queryPrompt = 'Represent this sentence for searching relevant passages: ';
const document = { purpose: 'document', signal } as const;

describeEmbedder('tei', () => open(), { understandsEnglish: false });

describeEmbedderFaults('tei', {
  start: startTeiServer,
  open: ({ baseUrl }, options) => open({ ...options, baseUrl }),
  saysOrder: false,
});

describe('createTeiEmbedder', () => {
  it('takes limits and dimensions from the server', async () => {
    const small = await startTeiServer({ maxInputLength: 128, maxClientBatchSize: 4, dimensions: 16 });
    const embedder = await open({ baseUrl: `${small.baseUrl}/`, modelId: 'tei:small' });
    await small.close();
    expect(embedder).toMatchObject({
      modelId: 'tei:small',
      fingerprint: `tei|BAAI/bge-small-en-v1.5|16|128|${queryPrompt}|`,
      location: 'remote',
      dimensions: 16,
      maxTokens: 128,
      maxTextsPerCall: 4,
    });
  });

  it('asks as the API wants it, with the key', async () => {
    const locked = await startTeiServer({ apiKey: 'secret' });
    const embedder = await open({ baseUrl: locked.baseUrl, apiKey: 'secret' });
    await embedder.embed(['one', '二'], document);
    await locked.close();
    expect(locked.requests.map(({ path }) => path)).toEqual(['/info', '/embed', '/embed']);
    expect(locked.requests.at(-1)).toMatchObject({
      authorization: 'Bearer secret',
      body: { inputs: ['one', '二'], truncate: true, normalize: true },
    });
  });

  it('puts the prompts of a known model before texts', async () => {
    await (await open()).embed(['who'], { purpose: 'query', signal });
    expect(server.requests.at(-1)?.body.inputs).toEqual([`${queryPrompt}who`]);
  });

  it('lets the server cut what is too long, counts it, and says what the server read', async () => {
    const embedder = await open();
    const long = '人生若只如初见'.repeat(100);
    const { vectors, usage } = await embedder.embed(['short', long], document);
    expect(vectors).toHaveLength(2);
    expect(usage).toMatchObject({ calls: 1, truncated: 1, inputTokens: 513 });
  });

  it.each([
    ['another model', { model: 'bge-m3' }, /serves BAAI\/bge-small-en-v1\.5/],
    ['part of a name that only ends alike', { model: 'small-en-v1.5' }, /serves BAAI/],
  ])('refuses %s at the beginning', async (_, options, message) => {
    await expect(open(options)).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringMatching(message),
    });
  });

  it('refuses a server whose model does not embed', async () => {
    const reranker = await startTeiServer({ kind: 'reranker' });
    await expect(open({ baseUrl: reranker.baseUrl })).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('of the kind reranker'),
    });
    await reranker.close();
  });

  it('takes a failed inference as something that may pass, and an overloaded server as a limit', async () => {
    const embedder = await open();
    server.failNext({ kind: 'status', status: 424, message: 'Inference failed' });
    await expect(embedder.embed(['x'], document)).rejects.toMatchObject({ code: 'unavailable' });
    server.failNext({ kind: 'status', status: 429, message: 'Model is overloaded' });
    await expect(embedder.embed(['x'], document)).rejects.toMatchObject({ code: 'resource_exhausted' });
  });
});
