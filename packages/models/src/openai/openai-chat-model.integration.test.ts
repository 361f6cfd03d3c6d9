import { type AnswerDelta, type AnswerSource, type ChunkId, silentLogger } from '@winnow/core';
import { type OpenAiServer, startOpenAiServer } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenAiGenerator, type OpenAiGeneratorOptions } from './openai-generator.ts';

let server: OpenAiServer;
beforeAll(async () => {
  server = await startOpenAiServer();
});
afterAll(() => server.close());

const sources: readonly AnswerSource[] = [
  { n: 1, chunkId: 'c1' as ChunkId, documentId: 'd1', title: 'Help', text: 'Press reset.' },
];
const never = new AbortController().signal;

const generate = (signal: AbortSignal = never, options: Partial<OpenAiGeneratorOptions> = {}) =>
  createOpenAiGenerator({
    apiKey: 'key',
    baseUrl: server.baseUrl,
    model: 'chat-model',
    log: silentLogger,
    ...options,
  }).generate('How?', sources, { signal });

async function collect(deltas: AsyncIterable<AnswerDelta>): Promise<AnswerDelta[]> {
  const all: AnswerDelta[] = [];
  for await (const delta of deltas) all.push(delta);
  return all;
}

describe('createOpenAiGenerator', () => {
  it('streams the answer piece by piece, then the usage', async () => {
    server.answer = ['按', '重置 ', '[1]。'];
    expect(await collect(generate())).toEqual([
      { type: 'delta', text: '按' },
      { type: 'delta', text: '重置 ' },
      { type: 'delta', text: '[1]。' },
      { type: 'usage', inputTokens: 40, outputTokens: 3 },
    ]);
    expect(server.requests.at(-1)?.body).toMatchObject({
      model: 'chat-model',
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0,
      max_tokens: 1_024,
    });
  });

  it('tells that the model finds no answer instead of showing its marker', async () => {
    server.answer = ['NO_', 'ANSWER'];
    expect(await collect(generate())).toEqual([
      { type: 'usage', inputTokens: 40, outputTokens: 2 },
      { type: 'abstained' },
    ]);
  });

  it('gives what came before the connection broke, then fails as retryable', async () => {
    server.failNext({ kind: 'stream', deltas: ['Press '], end: 'cut' });
    const seen: AnswerDelta[] = [];
    const reading = async () => {
      for await (const delta of generate()) seen.push(delta);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'unavailable' });
    expect(seen).toEqual([{ type: 'delta', text: 'Press ' }]);
  });

  it('gives up a stream that goes silent', async () => {
    server.failNext({ kind: 'stream', deltas: ['Press '], end: 'stall' });
    await expect(collect(generate(never, { timeoutMs: 50 }))).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
  });

  it('ends in the middle of a stream when canceled', async () => {
    server.failNext({ kind: 'stream', deltas: ['Press '], end: 'stall' });
    const controller = new AbortController();
    const reading = async () => {
      for await (const delta of generate(controller.signal)) if (delta.type === 'delta') controller.abort();
    };
    await expect(reading()).rejects.toMatchObject({ code: 'canceled' });
  });

  it.each([
    [401, 'failed_precondition'],
    [404, 'not_found'],
    [429, 'resource_exhausted'],
    [500, 'unavailable'],
  ])('makes one try, and of a %i %s', async (status, code) => {
    const before = server.requests.length;
    server.failNext({ kind: 'status', status });
    await expect(collect(generate())).rejects.toMatchObject({ code });
    expect(server.requests.length).toBe(before + 1);
  });
});
