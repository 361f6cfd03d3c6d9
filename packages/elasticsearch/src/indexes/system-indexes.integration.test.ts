import { parseCorpusName, type Store, silentLogger } from '@winnow/core';
import { corpusOf, elasticsearchUrl, runOf, uniquePrefix } from '@winnow/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createElasticsearchEmbeddingCache } from '../embedding-cache/elasticsearch-embedding-cache.ts';
import { createElasticsearchLedger } from '../ledger/elasticsearch-ledger.ts';
import { createElasticsearchStore } from '../store.ts';
import { startTestProxy } from '../test-proxy.ts';
import { openTestStore } from '../test-support.ts';

/** Enough that processes meet while an index is made but not started; without the wait, one in four fails. */
const rounds = 8;

describe('processes that start together on an empty cluster', () => {
  test('can all read and write at once, whoever makes the indexes', async () => {
    const url = elasticsearchUrl();
    for (let round = 0; round < rounds; round += 1) {
      const prefix = uniquePrefix();
      const stores = [1, 2, 3, 4].map(() =>
        createElasticsearchStore({ url, prefix, requestTimeoutMs: 60_000, log: silentLogger }),
      );
      const corpus = corpusOf('guide');
      const calls: ((store: Store) => Promise<unknown>)[] = [
        (store) => store.runs.create(runOf('run-1', corpus)),
        (store) => store.runs.create(runOf('run-2', corpus)),
        (store) => store.runs.active(),
        (store) => store.corpora.get(corpus.name),
      ];
      await Promise.all(stores.map((store, at) => calls[at]?.(store)));
      for (const store of stores) expect(await store.runs.active()).toHaveLength(2);
      await Promise.all(stores.map((store) => store.close()));
      await fetch(`${url}/${prefix}.runs`, { method: 'DELETE' });
    }
  });
});

describe('who may only read', () => {
  test('finds nothing on an empty cluster, and makes nothing', async () => {
    const prefix = uniquePrefix();
    const options = { url: elasticsearchUrl(), prefix, requestTimeoutMs: 60_000, log: silentLogger };
    const store = createElasticsearchStore(options);
    const ledger = createElasticsearchLedger(options);
    const cache = createElasticsearchEmbeddingCache(options);
    expect(await store.corpora.list()).toEqual([]);
    expect(await store.corpora.get(parseCorpusName('guide'))).toBeNull();
    expect(await store.runs.active()).toEqual([]);
    await store.corpora.delete(parseCorpusName('guide'));
    const { name, corpusId } = corpusOf('guide');
    expect(await store.schedules.get(name)).toBeNull();
    expect(await store.schedules.list()).toEqual([]);
    expect(await store.schedules.remove(name)).toBe(false);
    for await (const query of store.golden.list(corpusId, 'one')) expect(query).toBeUndefined();
    await store.golden.keepOnly(corpusId, null);
    expect(await store.queryLog.recent(corpusId, 10)).toEqual([]);
    expect(await store.queryLog.get(corpusId, 'q')).toBeNull();
    await store.queryLog.forget(corpusId, '2030-01-01');
    expect(await store.quality.list(corpusId, 10)).toEqual([]);
    expect(await ledger.sum({ by: 'total', limit: 1 })).toEqual([]);
    expect(await cache.get([])).toEqual(new Map());
    const made: unknown = await (await fetch(`${elasticsearchUrl()}/${prefix}.*`)).json();
    expect(made).toEqual({});
    for (const part of [store, ledger, cache]) await part.close();
  });

  test('reads what is there where every write is refused', async () => {
    const opened = await openTestStore(elasticsearchUrl(), uniquePrefix());
    const proxy = await startTestProxy(opened.url);
    const corpus = corpusOf('guide');
    await opened.store.corpora.create(corpus);
    const reason = 'blocked by: [FORBIDDEN/6/cluster read-only (api)];';
    proxy.intercept = ({ method, path }) => {
      const isRead = method === 'GET' || method === 'HEAD' || /_(mget|search|msearch|refresh)/.test(path);
      if (isRead) return 'pass';
      return { status: 403, body: { status: 403, error: { type: 'cluster_block_exception', reason } } };
    };
    const reader = opened.openAt(proxy.url);
    onTestFinished(async () => {
      await reader.close();
      await proxy.close();
      await opened.dispose();
    });
    expect(await reader.corpora.get(corpus.name)).toEqual(corpus);
    expect(await reader.corpora.list()).toEqual([corpus]);
    await expect(
      reader.corpora.update(corpus, (before) => ({ ...before, language: 'en' })),
    ).rejects.toMatchObject({
      code: 'failed_precondition',
      part: 'index',
    });
  });
});
