import {
  AppError,
  type ChatDelta,
  type ChatModel,
  type ModelUsage,
  noModelUsage,
  type Reranker,
} from '@winnow/core';
import { createHashingEmbedder } from '@winnow/testkit';
import { describe, expect, test } from 'vitest';
import { freePrice, type Price, unknownPrice } from '../registry/price.ts';
import { createTestBill } from '../test-ledger.ts';
import { meterChatModel } from './meter-chat-model.ts';
import { meterEmbedder } from './meter-embedder.ts';
import { meterReranker } from './meter-reranker.ts';

const { signal } = new AbortController();
const price: Price = { ...unknownPrice, usdPerMillionInputTokens: 1, usdPerMillionOutputTokens: 8 };
const provider = 'openai';

describe('meterEmbedder', () => {
  test('writes each answered call down by what it was for, with its price', async () => {
    const { bill, calls } = createTestBill();
    const embedder = meterEmbedder(createHashingEmbedder(), { provider, price, bill });
    await embedder.embed(['one two three', 'four'], { purpose: 'document', signal });
    await embedder.embed(['five'], { purpose: 'query', signal });
    const entry = { ...noModelUsage, calls: 1, provider, model: 'hashing', cached: 0 };
    expect(await calls()).toEqual([
      { ...entry, purpose: 'embed-documents', inputTokens: 4, usd: 0.000_004 },
      { ...entry, purpose: 'embed-query', inputTokens: 1, usd: 0.000_001 },
    ]);
  });

  test('gives the answer as it came, and lets a failure through unbilled', async () => {
    const { bill, calls } = createTestBill();
    const bare = createHashingEmbedder();
    const embedder = meterEmbedder(bare, { provider, price, bill });
    const texts = ['one', 'two'];
    const options = { purpose: 'document', signal } as const;
    expect(await embedder.embed(texts, options)).toEqual(await bare.embed(texts, options));
    await expect(embedder.embed([''], options)).rejects.toMatchObject({ code: 'invalid_argument' });
    expect(await calls()).toHaveLength(1);
  });

  test('keeps all else of the embedder: limits, other abilities, and values that change', async () => {
    const { bill } = createTestBill();
    let dimensions = 8;
    const bare = {
      ...createHashingEmbedder({ maxTextsPerCall: 7 }),
      get dimensions() {
        return dimensions;
      },
      embedTokens: async () => 'tokens',
    };
    const embedder = meterEmbedder(bare, { provider: 'local', price: freePrice, bill });
    expect([embedder.maxTextsPerCall, embedder.dimensions]).toEqual([7, 8]);
    dimensions = 9;
    expect(embedder.dimensions).toBe(9);
    expect('embedTokens' in embedder).toBe(true);
    expect(await embedder.embedTokens()).toBe('tokens');
  });

  test('a model without a known price is written down as such', async () => {
    const { bill, calls } = createTestBill();
    const embedder = meterEmbedder(createHashingEmbedder(), { provider, price: unknownPrice, bill });
    await embedder.embed(['one'], { purpose: 'query', signal });
    expect(await calls()).toMatchObject([{ usd: null }]);
    expect(bill.total()).toMatchObject({ usd: 0, unpricedCalls: 1 });
  });
});

describe('meterReranker', () => {
  const reranker: Reranker = {
    modelId: 'rerank-v3.5',
    scale: 'probability',
    get depth() {
      return 50;
    },
    async rerank(query, passages) {
      if (query === '') throw new AppError('unavailable', 'no answer');
      const usage = { ...noModelUsage, calls: 1, searches: 1 };
      return { scores: passages.map(() => 0.5), judgements: null, usage, notes: [] };
    },
    async close() {},
  };

  test('writes each answered call down, and a failed one not', async () => {
    const { bill, calls } = createTestBill();
    const bySearch = { ...unknownPrice, usdPerThousandSearches: 2 };
    const metered = meterReranker(reranker, { provider: 'cohere', price: bySearch, bill });
    expect((await metered.rerank('query', [], { signal })).scores).toEqual([]);
    await expect(metered.rerank('', [], { signal })).rejects.toMatchObject({ code: 'unavailable' });
    expect(metered.depth).toBe(50);
    expect(await calls()).toEqual([
      {
        ...noModelUsage,
        calls: 1,
        searches: 1,
        purpose: 'rerank',
        provider: 'cohere',
        model: 'rerank-v3.5',
        cached: 0,
        usd: 0.002,
      },
    ]);
  });
});

describe('meterChatModel', () => {
  const usage: ModelUsage = { ...noModelUsage, calls: 1, inputTokens: 100, outputTokens: 20 };
  const request = {
    messages: [
      { role: 'system', content: 'four' },
      { role: 'user', content: 'sixsix' },
    ],
    maxOutputTokens: 10,
    json: null,
  } as const;

  /** Says these things and then ends or fails. A token is a character. */
  const scripted = (script: readonly (ChatDelta | AppError)[], closed = { early: true }): ChatModel => ({
    modelId: 'gpt-4o-mini',
    contextTokens: 1_000,
    countTokens: (text) => text.length,
    async *chat() {
      for (const step of script) {
        if (step instanceof AppError) throw step;
        yield step;
      }
      closed.early = false;
    },
    async close() {},
  });
  const deltas: ChatDelta[] = [
    { type: 'delta', text: 'ab' },
    { type: 'delta', text: 'cde' },
  ];
  const told: ChatDelta = { type: 'usage', usage };
  const end: ChatDelta = { type: 'end', reason: 'stop' };
  const lost = new AppError('unavailable', 'the stream ended before the answer did');
  const entry = { provider, purpose: 'answer', model: 'gpt-4o-mini', cached: 0 };
  const counted = { ...noModelUsage, calls: 1, inputTokens: 10, outputTokens: 5 };

  async function billed(script: readonly (ChatDelta | AppError)[], readUpTo = Number.POSITIVE_INFINITY) {
    const { bill, calls } = createTestBill();
    const model = meterChatModel(scripted(script), { provider, price, bill, purpose: 'answer' });
    const seen: ChatDelta[] = [];
    const failure = await (async () => {
      for await (const delta of model.chat(request, { signal })) {
        seen.push(delta);
        if (seen.length === readUpTo) return null;
      }
      return null;
    })().catch((thrown: unknown) => thrown);
    return { seen, failure, calls: await calls() };
  }

  test('writes down what the provider tells, and passes everything on', async () => {
    const { seen, calls } = await billed([...deltas, told, end]);
    expect(seen).toEqual([...deltas, told, end]);
    expect(calls).toEqual([{ ...entry, ...usage, usd: expect.closeTo(0.000_26, 12) }]);
  });

  test.each([
    ['nobody reads on', deltas, 2, null],
    ['the stream breaks', [...deltas, lost], undefined, lost],
    ['the provider tells no usage', [...deltas, end], undefined, null],
  ])('where %s, counts what was sent and received', async (_, script, readUpTo, failure) => {
    const result = await billed(script, readUpTo);
    expect(result.failure).toBe(failure);
    expect(result.calls).toEqual([{ ...entry, ...counted, usd: expect.closeTo(0.000_05, 12) }]);
  });

  test('usage that was told before the stream broke counts', async () => {
    expect((await billed([...deltas, told, lost])).calls).toMatchObject([{ ...usage }]);
  });

  test('an empty answer is a call too', async () => {
    expect((await billed([end])).calls).toMatchObject([{ calls: 1, inputTokens: 10, outputTokens: 0 }]);
  });

  test('a call that fails before its first piece is not written down', async () => {
    const { failure, calls } = await billed([lost]);
    expect([failure, calls]).toEqual([lost, []]);
  });

  test('ends the provider’s stream when nobody reads on', async () => {
    const ended = Promise.withResolvers<string>();
    const model: ChatModel = {
      ...scripted([]),
      async *chat() {
        try {
          yield* deltas;
        } finally {
          ended.resolve('ended');
        }
      },
    };
    const { bill } = createTestBill();
    const metered = meterChatModel(model, { provider, price, bill, purpose: 'judge' });
    for await (const _ of metered.chat(request, { signal })) break;
    expect(await ended.promise).toBe('ended');
  });
});
