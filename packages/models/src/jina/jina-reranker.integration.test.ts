import { silentLogger } from '@winnow/core';
import {
  describeReranker,
  describeRerankerFaults,
  type JinaServer,
  passagesOf,
  startJinaServer,
} from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUnlimitedCalls } from '../calls/provider-calls.ts';
import { createJinaReranker, type JinaRerankerOptions } from './jina-reranker.ts';

const apiKey = 'jina_secret_0123456789';
let server: JinaServer;
beforeAll(async () => {
  server = await startJinaServer({ apiKey });
});
afterAll(() => server.close());

const open = (options: Partial<JinaRerankerOptions> = {}) =>
  createJinaReranker({
    apiKey,
    baseUrl: server.baseUrl,
    model: 'jina-reranker-v2-base-multilingual',
    calls: createUnlimitedCalls(),
    log: silentLogger,
    ...options,
  });
const { signal } = new AbortController();

describeReranker('jina', async () => open(), { bills: 'tokens', beyondOneCall: 1_001 });
describeRerankerFaults('jina', {
  start: () => startJinaServer(),
  open: async ({ baseUrl }, options) => open({ baseUrl, ...options }),
});

describe('createJinaReranker', () => {
  it('asks as the API wants it', async () => {
    await open().rerank('which?', passagesOf(['one', '二']), { signal });
    expect(server.requests.at(-1)).toMatchObject({ path: '/v1/rerank', authorization: `Bearer ${apiKey}` });
    expect(server.requests.at(-1)?.body).toEqual({
      model: 'jina-reranker-v2-base-multilingual',
      query: 'which?',
      documents: ['one', '二'],
      top_n: 2,
      return_documents: false,
    });
  });

  it('reports the tokens that are billed, or estimates them', async () => {
    const passages = passagesOf(['one two', 'three']);
    expect((await open().rerank('four', passages, { signal })).usage).toEqual({
      calls: 1,
      inputTokens: 4,
      outputTokens: 0,
      searches: 0,
      truncated: 0,
    });
    server.failNext({ kind: 'changed', change: ({ results }) => ({ results }) });
    const { usage } = await open().rerank('four', passages, { signal });
    expect(usage.inputTokens).toBeGreaterThan(4);
  });

  it('gives scores that are no probabilities as relative ones where it is told to', async () => {
    const reranker = open({ scale: 'relative' });
    expect(reranker.scale).toBe('relative');
    server.spoilScores('raw-scores');
    const { scores } = await reranker.rerank('reset', passagesOf(['reset', 'jam']), { signal });
    expect(scores[0]).toBeGreaterThan(1);
    expect(scores[1]).toBeLessThan(0);
  });
});
