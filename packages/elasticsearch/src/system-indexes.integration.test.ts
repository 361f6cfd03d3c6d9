import { parseCorpusName, silentLogger } from '@winnow/core';
import { elasticsearchUrl, uniquePrefix } from '@winnow/testkit';
import { describe, expect, test } from 'vitest';
import { createElasticsearchStore } from './store.ts';

/** Enough that processes meet while an index is made but not started; without the wait, one in four fails. */
const rounds = 8;

describe('processes that start together on an empty cluster', () => {
  test('can all read at once, whoever makes the indexes', async () => {
    const url = elasticsearchUrl();
    for (let round = 0; round < rounds; round += 1) {
      const prefix = uniquePrefix();
      const stores = [1, 2, 3].map(() =>
        createElasticsearchStore({ url, prefix, requestTimeoutMs: 60_000, log: silentLogger }),
      );
      const found = await Promise.all(stores.map((store) => store.corpora.get(parseCorpusName('guide'))));
      expect(found).toEqual([null, null, null]);
      await Promise.all(stores.map((store) => store.close()));
      await fetch(`${url}/${prefix}.corpora,${prefix}.runs`, { method: 'DELETE' });
    }
  });
});
