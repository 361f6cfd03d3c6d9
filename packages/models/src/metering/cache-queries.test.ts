import { noModelUsage } from '@winnow/core';
import { createHashingEmbedder } from '@winnow/testkit';
import { describe, expect, test } from 'vitest';
import { freePrice } from '../registry/price.ts';
import { createTestBill } from '../test-ledger.ts';
import { cacheQueries, cacheSentences } from './cache-queries.ts';
import { meterEmbedder } from './meter-embedder.ts';
import { createQueryCache } from './query-cache.ts';

const { signal } = new AbortController();
const query = { purpose: 'query', signal } as const;
const provider = 'openai';

function opened(options: { maxEntries?: number; location?: 'local' | 'remote'; dimensions?: number } = {}) {
  const { maxEntries = 100, location = 'remote', dimensions = 64 } = options;
  const asked: string[][] = [];
  const bare = createHashingEmbedder({
    location,
    dimensions,
    onCall: (texts) => void asked.push([...texts]),
  });
  const cache = createQueryCache({ maxEntries });
  const { bill, calls } = createTestBill();
  const embedder = cacheQueries(meterEmbedder(bare, { provider, price: freePrice, bill }), {
    cache,
    provider,
    bill,
  });
  return { asked, bare, cache, bill, calls, embedder };
}

describe('cacheSentences', () => {
  test.each(['local', 'remote'] as const)(
    'a %s model embeds a sentence once, as part of the answer',
    async (location) => {
      const asked: string[][] = [];
      const bare = createHashingEmbedder({ location, onCall: (texts) => void asked.push([...texts]) });
      const { bill, calls } = createTestBill();
      const metered = meterEmbedder(bare, { provider, price: freePrice, bill, purpose: 'answer' });
      const embedder = cacheSentences(metered, {
        cache: createQueryCache({ maxEntries: 9 }),
        provider,
        bill,
      });
      const asDocument = { purpose: 'document', signal } as const;
      const first = await embedder.embed(['one', 'two'], asDocument);
      const second = await embedder.embed(['two', 'three', 'one'], asDocument);
      expect(asked).toEqual([['one', 'two'], ['three']]);
      expect([second.vectors[2], second.vectors[0]]).toEqual(first.vectors);
      expect((await calls()).map(({ purpose, cached }) => [purpose, cached])).toEqual([
        ['answer', 0],
        ['answer', 0],
        ['answer', 2],
      ]);
    },
  );
});

describe('cacheQueries', () => {
  test('a query is asked for once, its vector is the same, and the bill says so', async () => {
    const { asked, embedder, calls } = opened();
    const first = await embedder.embed(['what is it'], query);
    const second = await embedder.embed(['what is it'], query);
    expect(second.vectors).toEqual(first.vectors);
    expect(second.usage).toEqual(noModelUsage);
    expect(asked).toEqual([['what is it']]);
    const entry = { ...noModelUsage, purpose: 'embed-query', provider, model: 'hashing', usd: 0 };
    expect(await calls()).toEqual([
      { ...entry, calls: 1, inputTokens: 3, cached: 0 },
      { ...entry, cached: 1 },
    ]);
  });

  test('only what is missing is asked for, and vectors keep the order of the texts', async () => {
    const { asked, bare, embedder, bill } = opened();
    await embedder.embed(['b'], query);
    const { vectors } = await embedder.embed(['a', 'b', 'c'], query);
    expect(asked).toEqual([['b'], ['a', 'c']]);
    expect(vectors).toEqual((await bare.embed(['a', 'b', 'c'], query)).vectors);
    expect(bill.total()).toMatchObject({ calls: 2, cached: 1 });
  });

  test('texts of documents are always asked for', async () => {
    const { asked, embedder } = opened();
    const asDocument = { purpose: 'document', signal } as const;
    await embedder.embed(['a'], query);
    await embedder.embed(['a'], asDocument);
    await embedder.embed(['a'], asDocument);
    expect(asked).toHaveLength(3);
  });

  test('a local embedder is not asked twice either', async () => {
    const { asked, embedder } = opened({ location: 'local' });
    await embedder.embed(['a'], query);
    await embedder.embed(['a'], query);
    expect(asked).toHaveLength(1);
  });

  test('equal queries at the same time are one call, on the bill of the first', async () => {
    const { asked, embedder, bill } = opened();
    const answers = await Promise.all(['a', 'a', 'b', 'a'].map((text) => embedder.embed([text], query)));
    expect(asked).toEqual([['a'], ['b']]);
    expect(bill.total()).toMatchObject({ calls: 2, cached: 2 });
    answers[0]?.vectors[0]?.fill(9);
    expect(answers[1]?.vectors).toEqual(answers[3]?.vectors);
    expect(answers[1]?.vectors[0]?.[0]).not.toBe(9);
  });

  test('two models that share the cache never get each other’s vectors', async () => {
    const one = opened();
    const other = createHashingEmbedder({ location: 'remote', dimensions: 32 });
    const cached = cacheQueries(other, { cache: one.cache, provider, bill: one.bill });
    await one.embedder.embed(['a'], query);
    expect((await cached.embed(['a'], query)).vectors[0]).toHaveLength(32);
  });

  test('holds no more than its bound, and drops what was not asked for longest', async () => {
    const { asked, embedder } = opened({ maxEntries: 2 });
    for (const text of ['a', 'b', 'a', 'c']) await embedder.embed([text], query);
    asked.length = 0;
    for (const text of ['a', 'c', 'b']) await embedder.embed([text], query);
    expect(asked).toEqual([['b']]);
  });

  test('a caller that changes its vector changes nobody else’s', async () => {
    const { embedder } = opened();
    const first = (await embedder.embed(['a'], query)).vectors[0];
    const kept = first?.slice();
    first?.fill(9);
    expect((await embedder.embed(['a'], query)).vectors[0]).toEqual(kept);
    (await embedder.embed(['a'], query)).vectors[0]?.fill(9);
    expect((await embedder.embed(['a'], query)).vectors[0]).toEqual(kept);
  });

  test('a call that fails is asked for again the next time', async () => {
    const { embedder, asked } = opened();
    await expect(embedder.embed([''], query)).rejects.toMatchObject({ code: 'invalid_argument' });
    await embedder.embed(['a'], query);
    expect(asked).toEqual([['a']]);
  });
});
