import { silentLogger } from '@winnow/core';
import type { TeiServer } from '@winnow/testkit';
import { describeReranker, describeRerankerFaults, passagesOf, startTeiServer } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUnlimitedCalls } from '../calls/provider-calls.ts';
import { createTeiReranker, type TeiRerankerOptions } from './tei-reranker.ts';

const start = () => startTeiServer({ kind: 'reranker' });
let server: TeiServer;
beforeAll(async () => {
  server = await start();
});
afterAll(() => server.close());

const { signal } = new AbortController();
const open = (options: Partial<TeiRerankerOptions> = {}) =>
  createTeiReranker({
    apiKey: '',
    baseUrl: server.baseUrl,
    model: 'BAAI/bge-small-en-v1.5',
    calls: createUnlimitedCalls(),
    signal,
    log: silentLogger,
    ...options,
  });

describeReranker('tei', () => open(), { bills: 'tokens', beyondOneCall: 33 });

describeRerankerFaults('tei', {
  start,
  open: ({ baseUrl }, options) => open({ ...options, baseUrl }),
});

describe('createTeiReranker', () => {
  it('asks as the API wants it, for scores between 0 and 1', async () => {
    const reranker = await open({ apiKey: 'secret' });
    await reranker.rerank('who', passagesOf(['one', '二']), { signal });
    expect(server.requests.at(-1)).toMatchObject({
      path: '/rerank',
      authorization: 'Bearer secret',
      body: { query: 'who', texts: ['one', '二'], truncate: true, raw_scores: false, return_text: false },
    });
    expect(reranker).toMatchObject({
      modelId: 'tei:BAAI/bge-small-en-v1.5',
      scale: 'probability',
      depth: 50,
    });
  });

  it('says in the usage what the server read, and names passages that are too long', async () => {
    const reranker = await open();
    const passages = passagesOf(['short', '人生若只如初见'.repeat(100)]);
    const { usage, notes } = await reranker.rerank('who', passages, { signal });
    expect(usage).toMatchObject({ calls: 1, truncated: 1, inputTokens: 514, searches: 0 });
    expect(notes).toEqual([expect.stringContaining('1 of 2 passages')]);
  });

  it('refuses a server whose model does not rank', async () => {
    const embedding = await startTeiServer();
    await expect(open({ baseUrl: embedding.baseUrl })).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('is no reranker model'),
    });
    await embedding.close();
  });
});
