import { embeddingKeyOf, type LogFields, silentLogger } from '@winnow/core';
import { describeEmbeddingCache, elasticsearchUrl, uniquePrefix, unitVector } from '@winnow/testkit';
import { expect, test } from 'vitest';
import { startTestProxy } from '../test-proxy.ts';
import {
  createElasticsearchEmbeddingCache,
  type ElasticsearchEmbeddingCacheOptions,
} from './elasticsearch-embedding-cache.ts';

const open = (prefix: string, overrides: Partial<ElasticsearchEmbeddingCacheOptions> = {}) =>
  createElasticsearchEmbeddingCache({
    url: elasticsearchUrl(),
    prefix,
    requestTimeoutMs: 60_000,
    log: silentLogger,
    ...overrides,
  });
const removeIndex = (prefix: string) =>
  fetch(`${elasticsearchUrl()}/${prefix}.embeddings`, { method: 'DELETE' });

describeEmbeddingCache('elasticsearch', {
  slack: 1 + 1 / 16,
  async open(maxBytes) {
    const prefix = uniquePrefix();
    const bound = maxBytes === undefined ? {} : { maxBytes };
    const cache = open(prefix, bound);
    return {
      cache,
      openAgain: async () => open(prefix, bound),
      async dispose() {
        await cache.close();
        await removeIndex(prefix);
      },
    };
  },
});

test('a sweep that fails is logged, and what was put is there', async () => {
  const prefix = uniquePrefix();
  const proxy = await startTestProxy(elasticsearchUrl());
  const warnings: LogFields[] = [];
  const log = { ...silentLogger, warn: (fields: LogFields) => warnings.push(fields) };
  const cache = open(prefix, { url: proxy.url, maxBytes: 1, log });
  const key = embeddingKeyOf('model', 'text');
  proxy.intercept = ({ path }) =>
    path.includes('_search')
      ? { status: 400, body: { error: { type: 'parsing_exception' }, status: 400 } }
      : 'pass';
  await cache.put(new Map([[key, unitVector(1, 8)]]));
  expect(warnings).toMatchObject([{ event: 'embedding-sweep-failed' }]);
  expect(await cache.get([key])).toEqual(new Map([[key, unitVector(1, 8)]]));
  await cache.close();
  await proxy.close();
  await removeIndex(prefix);
});
