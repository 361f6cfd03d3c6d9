import type { BatchResult, EmbeddingKey, ModelUsage } from '@winnow/core';
import {
  createHashingEmbedder,
  createOpenAiBatches,
  type FakeBatches,
  type OpenAiServer,
  startOpenAiServer,
} from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createUnlimitedCalls } from '../calls/provider-calls.ts';
import { createOpenAiBatchEmbedder } from './openai-batch-embedder.ts';

const { signal } = new AbortController();
const texts = ['reset a password', '重置密码', 'boil the jam'].map((text, index) => ({
  key: `key-${index}` as EmbeddingKey,
  text,
}));

let fake: FakeBatches;
let server: OpenAiServer;
beforeEach(async () => {
  fake = createOpenAiBatches();
  server = await startOpenAiServer({ routes: fake.routes, apiKey: 'key' });
});
afterEach(() => server.close());

const open = (apiKey = 'key', dimensions = 64) =>
  createOpenAiBatchEmbedder({
    apiKey,
    baseUrl: server.baseUrl,
    model: 'text-embedding-3-small',
    dimensions,
    calls: createUnlimitedCalls(),
  });

function only<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`${items.length} instead of one`);
  return item;
}

async function collect(batchId: string): Promise<{ results: BatchResult[]; usage: ModelUsage | null }> {
  let usage: ModelUsage | null = null;
  const results = await Array.fromAsync(
    open().results(batchId, signal, (taken) => {
      usage = taken;
    }),
  );
  return { results, usage };
}

describe('createOpenAiBatchEmbedder', () => {
  it('gives each text its own vector, whatever the order of the results, and counts their tokens', async () => {
    const batchId = await open().submit(texts, 'label', signal);
    expect(await open().status(batchId, signal)).toMatchObject({ state: 'running' });
    await fake.end(only(fake.batches));
    expect(await open().status(batchId, signal)).toMatchObject({ state: 'ended' });
    const { results, usage } = await collect(batchId);
    const embedder = createHashingEmbedder({ dimensions: 64 });
    for (const { key, text } of texts) {
      const [expected] = (await embedder.embed([text], { purpose: 'document', signal })).vectors;
      expect(results.find((result) => result.key === key)).toEqual({ key, vector: expected });
    }
    expect(results).toHaveLength(3);
    expect(usage).toMatchObject({ calls: 1, inputTokens: expect.any(Number) });
  });

  it('brings what an expired batch has done, and says what it has not', async () => {
    const batchId = await open().submit(texts, 'label', signal);
    await fake.end(only(fake.batches), { status: 'expired', done: 1 });
    expect(await open().status(batchId, signal)).toMatchObject({ state: 'ended' });
    const { results } = await collect(batchId);
    expect(results.filter((result) => 'vector' in result).map(({ key }) => key)).toEqual(['key-0']);
    expect(results).toContainEqual({ key: 'key-2', error: 'batch_expired' });
  });

  it('finds a batch by its label while it can bring something, beyond the first page', async () => {
    const batchId = await open().submit(texts, 'label', signal);
    for (let other = 0; other < 120; other++)
      await open().submit(texts.slice(0, 1), `other-${other}`, signal);
    expect(await open().find('label', signal)).toBe(batchId);
    expect(await open().find('unknown', signal)).toBeNull();
    const mine = fake.batches.find(({ id }) => id === batchId);
    if (mine !== undefined) fake.refuse(mine, 'token limit exceeded');
    expect(await open().find('label', signal)).toBeNull();
    expect(await open().status(batchId, signal)).toEqual({
      state: 'failed',
      done: 0,
      reason: 'token limit exceeded',
    });
  });

  it('asks for shortened vectors, and refuses vectors of another length', async () => {
    const shortened = createOpenAiBatchEmbedder({
      apiKey: 'key',
      baseUrl: server.baseUrl,
      model: 'text-embedding-3-large',
      dimensions: 16,
      shortened: true,
      calls: createUnlimitedCalls(),
    });
    const batchId = await shortened.submit(texts, 'label', signal);
    await fake.end(only(fake.batches));
    expect(only(fake.batches).requests[0]?.body.dimensions).toBe(16);
    await expect(collect(batchId)).rejects.toMatchObject({ code: 'failed_precondition' });
  });

  it.each([
    ['a refused key', () => open('wrong').submit(texts, 'label', signal), 'failed_precondition'],
    ['a batch that is not there', () => open().status('batch_none', signal), 'not_found'],
  ])('says what %s is', async (_, ask, code) => {
    await expect(ask()).rejects.toMatchObject({ code });
  });

  it('makes one try of a call that a busy provider refuses', async () => {
    server.failNext({ kind: 'status', status: 429, headers: { 'retry-after': '3' } });
    await expect(open().submit(texts, 'label', signal)).rejects.toMatchObject({
      code: 'resource_exhausted',
      retryAfterMs: 3_000,
    });
    expect(server.requestCount).toBe(1);
  });

  it('ends as retryable where the results break off', async () => {
    const batchId = await open().submit(texts, 'label', signal);
    await fake.end(only(fake.batches));
    const reading = async () => {
      const results = open().results(batchId, signal, () => {});
      server.failNext({ kind: 'changed', change: (body) => body }, { kind: 'truncated' });
      for await (const _ of results);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'unavailable' });
  });
});
