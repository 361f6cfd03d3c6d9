import { silentLogger } from '@winnow/core';
import {
  type CohereServer,
  describeReranker,
  describeRerankerFaults,
  passagesOf,
  startCohereServer,
} from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createUnlimitedCalls } from '../calls/provider-calls.ts';
import { type CohereRerankerOptions, createCohereReranker } from './cohere-reranker.ts';

const apiKey = 'co-secret-0123456789';
let server: CohereServer;
let compatible: CohereServer;
beforeAll(async () => {
  server = await startCohereServer({ apiKey });
  compatible = await startCohereServer({ onlyV1: true });
});
afterAll(async () => {
  await server.close();
  await compatible.close();
});

const open = (options: Partial<CohereRerankerOptions> = {}) =>
  createCohereReranker({
    apiKey,
    baseUrl: server.origin,
    model: 'rerank-multilingual-v3.0',
    calls: createUnlimitedCalls(),
    log: silentLogger,
    ...options,
  });
const openCompatible = () =>
  open({ apiKey: '', baseUrl: `${compatible.origin}/v1/`, model: 'bge-reranker-v2-m3' });
const { signal } = new AbortController();

describeReranker('cohere', async () => open({ maxPassagesPerCall: 7 }), {
  bills: 'searches',
  beyondOneCall: 23,
});
describeReranker('cohere (v1 wire)', async () => openCompatible(), {
  bills: 'searches',
  beyondOneCall: 1_001,
});
describeRerankerFaults('cohere', {
  start: () => startCohereServer(),
  open: async ({ origin }, options) => open({ baseUrl: origin, ...options }),
});
describeRerankerFaults('cohere (v1 wire)', {
  start: () => startCohereServer(),
  open: async ({ origin }, options) => open({ baseUrl: origin, wire: 'v1', ...options }),
});

describe('createCohereReranker', () => {
  it('asks as the API wants it', async () => {
    await open().rerank('which?', passagesOf(['one', '二']), { signal });
    expect(server.requests.at(-1)).toMatchObject({ path: '/v2/rerank', authorization: `Bearer ${apiKey}` });
    expect(server.requests.at(-1)?.body).toEqual({
      model: 'rerank-multilingual-v3.0',
      query: 'which?',
      documents: ['one', '二'],
      top_n: 2,
    });
    await openCompatible().rerank('which?', passagesOf(['one', '二']), { signal });
    expect(compatible.requests.at(-1)).toMatchObject({ path: '/v1/rerank', authorization: undefined });
    expect(compatible.requests.at(-1)?.body).toEqual({
      model: 'bge-reranker-v2-m3',
      query: 'which?',
      documents: ['one', '二'],
      top_n: 2,
      return_documents: false,
    });
  });

  it('asks for more of a passage than the API reads by itself where the model reads more', async () => {
    await open({ maxTokens: 32_764 }).rerank('which?', passagesOf(['one']), { signal });
    expect(server.requests.at(-1)?.body).toMatchObject({ max_tokens_per_doc: 32_764 });
    await open({ maxTokens: 512 }).rerank('which?', passagesOf(['one']), { signal });
    expect(server.requests.at(-1)?.body).not.toHaveProperty('max_tokens_per_doc');
  });

  it('speaks the wire that it is told, or that the base URL ends with', async () => {
    const cases = [
      [{ baseUrl: server.origin, wire: 'v1' }, '/v1/rerank'],
      [{ baseUrl: `${server.origin}/v1` }, '/v1/rerank'],
      [{ baseUrl: `${server.origin}/v1`, wire: 'v2' }, '/v2/rerank'],
      [{ baseUrl: `${server.origin}/v2/` }, '/v2/rerank'],
      [{ baseUrl: `${server.origin}/` }, '/v2/rerank'],
    ] as const;
    for (const [options, path] of cases) {
      await open(options).rerank('which?', passagesOf(['one']), { signal });
      expect(server.requests.at(-1)?.path).toBe(path);
    }
  });

  it('gets a score for each of many passages from a server that gives the ten best unless told', async () => {
    const texts = Array.from({ length: 30 }, (_, index) => `passage ${index}`);
    const { scores } = await openCompatible().rerank('passage 7', passagesOf(texts), { signal });
    expect(scores).toHaveLength(30);
  });

  it('reports the searches that are billed, which long passages multiply, and thinks of one per hundred itself', async () => {
    const long = 'many words of a long passage '.repeat(200);
    const billed = await open().rerank('which?', passagesOf(Array.from({ length: 60 }, () => long)), {
      signal,
    });
    expect(billed.usage).toMatchObject({ calls: 1, searches: 2 });
    const texts = Array.from({ length: 250 }, () => 'short');
    const thought = await openCompatible().rerank('which?', passagesOf(texts), { signal });
    expect(thought.usage).toMatchObject({ calls: 1, searches: 3 });
  });

  it('says which part of the passages may not have been read', async () => {
    const long = 'words and more words '.repeat(100);
    const { usage, notes } = await open({ maxTokens: 50 }).rerank('q', passagesOf(['short', long]), {
      signal,
    });
    expect(usage.truncated).toBe(1);
    expect(notes).toEqual([
      '1 of 2 passages are longer than 50 tokens with the query: the reranker may not have read their ends',
    ]);
  });

  it('prints nothing of an answer in another form', async () => {
    const printed = vi.spyOn(console, 'warn');
    const change = () => ({ results: [{ index: 'confidential', relevance_score: 0.5 }] });
    server.failNext({ kind: 'changed', change });
    await expect(open().rerank('q', passagesOf(['a']), { signal })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(printed).not.toHaveBeenCalled();
  });

  it('ends the other calls of a rerank when one of them fails', async () => {
    server.failNext({ kind: 'hang' }, { kind: 'status', status: 400 });
    const before = server.requests.length;
    const texts = Array.from({ length: 4 }, (_, index) => `passage ${index}`);
    await expect(
      open({ maxPassagesPerCall: 2, timeoutMs: 600_000 }).rerank('q', passagesOf(texts), { signal }),
    ).rejects.toMatchObject({ code: 'invalid_argument' });
    const [hung] = server.requests.slice(before);
    expect(await hung?.outcome).toBe('closed');
  });

  it('takes a trial key that has used up its month as something that does not pass by waiting', async () => {
    const message =
      'You are using a Trial key, which is limited to 1000 API calls / month. You can continue …';
    server.failNext({ kind: 'status', status: 429, message });
    await expect(open().rerank('q', passagesOf(['a']), { signal })).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('1000 API calls / month'),
    });
  });

  it('is refused with a wrong key, of which nothing is repeated', async () => {
    const refused = open({ apiKey: 'co-wrong-9876543210' }).rerank('q', passagesOf(['a']), { signal });
    await expect(refused).rejects.toMatchObject({
      code: 'failed_precondition',
      message: 'ranking by rerank-multilingual-v3.0: the endpoint refused the API key (401)',
    });
  });

  it('hands the headers and its estimate to the shared calls', async () => {
    const seen: unknown[] = [];
    const calls = createUnlimitedCalls();
    const watched: typeof calls = {
      ...calls,
      run: (call, make) => {
        seen.push([call.priority, call.tokens > 0]);
        return calls.run(call, async () => {
          const answer = await make();
          seen.push(answer.headers?.get('x-trial-endpoint-call-remaining'));
          return answer;
        });
      },
    };
    await open({ calls: watched }).rerank('q', passagesOf(['a']), { signal });
    expect(seen).toEqual([['interactive', true], '9']);
  });
});
