import type { Store } from '@winnow/core';
import {
  corpusOf,
  elasticsearchUrl,
  goldenQueryOf,
  qualityResultOf,
  queryRecordOf,
  scheduleOf,
  uniquePrefix,
} from '@winnow/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Interception, startTestProxy, type TestProxy } from '../test-proxy.ts';
import { openTestStore, type TestStore } from '../test-support.ts';

let proxy: TestProxy;
let direct: TestStore;
let store: Store;
const corpus = corpusOf('guide');
const other = corpusOf('other');

beforeAll(async () => {
  direct = await openTestStore(elasticsearchUrl(), uniquePrefix());
  proxy = await startTestProxy(direct.url);
  store = direct.openAt(proxy.url);
});
afterEach(async () => {
  proxy.intercept = () => 'pass';
  for (const { name } of await direct.store.corpora.list()) await direct.store.corpora.delete(name);
});
afterAll(async () => {
  await store.close();
  await proxy.close();
  await direct.dispose();
});

/** Lets a corpus be deleted by another process just before the first write to that index reaches the server. */
function deleteBeforeWriteTo(kind: string): void {
  proxy.intercept = async ({ path }): Promise<Interception> => {
    if (!path.includes(`.${kind}.write/`)) return 'pass';
    proxy.intercept = () => 'pass';
    await direct.store.corpora.delete(corpus.name);
    return 'pass';
  };
}

/** Records that an index really holds, whoever they are of. */
async function countOf(kind: string): Promise<number> {
  const index = `${direct.prefix}.${kind}`;
  await direct.client.indices.refresh({ index });
  return (await direct.client.count({ index })).count;
}

describe('what is written beside a corpus while it is being deleted', () => {
  test('a schedule is taken back, and its writer told', async () => {
    await direct.store.corpora.create(corpus);
    deleteBeforeWriteTo('schedules');
    await expect(store.schedules.set(scheduleOf(corpus))).rejects.toMatchObject({ code: 'not_found' });
    expect(await countOf('schedules')).toBe(0);
  });

  test('golden queries are taken back, and their writer told', async () => {
    await direct.store.corpora.create(corpus);
    deleteBeforeWriteTo('golden');
    const added = store.golden.add(corpus.corpusId, 'one', [goldenQueryOf('a'), goldenQueryOf('b')]);
    await expect(added).rejects.toMatchObject({ code: 'not_found' });
    expect(await countOf('golden')).toBe(0);
  });

  test('a result is taken back, and its writer told', async () => {
    await direct.store.corpora.create(corpus);
    deleteBeforeWriteTo('quality');
    await expect(store.quality.add(qualityResultOf(corpus))).rejects.toMatchObject({ code: 'not_found' });
    expect(await countOf('quality')).toBe(0);
  });

  test('recorded searches are taken back without a word, and those of others stay', async () => {
    for (const each of [corpus, other]) await direct.store.corpora.create(each);
    await store.queryLog.record([queryRecordOf(corpus, 'before')]);
    deleteBeforeWriteTo('queries');
    await store.queryLog.record([queryRecordOf(corpus, 'q'), queryRecordOf(other, 'q')]);
    expect(await countOf('queries')).toBe(1);
    expect(await store.queryLog.get(other.corpusId, 'q')).toEqual(queryRecordOf(other, 'q'));
  });
});

describe('a delete that is broken off', () => {
  test.each(['golden', 'queries', 'quality'])(
    'while it removes %s is made an end of by the next',
    async (kind) => {
      await direct.store.corpora.create(corpus);
      await direct.store.golden.add(corpus.corpusId, 'one', [goldenQueryOf('a')]);
      await direct.store.queryLog.record([queryRecordOf(corpus, 'q')]);
      await direct.store.quality.add(qualityResultOf(corpus));
      const reason = 'blocked by: [FORBIDDEN/8/index write (api)];';
      proxy.intercept = ({ path }) =>
        path.includes(`.${kind}.write/_bulk`)
          ? { status: 403, body: { status: 403, error: { type: 'cluster_block_exception', reason } } }
          : 'pass';
      await expect(store.corpora.delete(corpus.name)).rejects.toMatchObject({ part: 'index' });
      expect(await countOf(kind)).toBe(1);
      expect(await store.corpora.get(corpus.name)).toMatchObject({ deletingSince: expect.any(String) });
      proxy.intercept = () => 'pass';
      await store.corpora.delete(corpus.name);
      expect(await store.corpora.get(corpus.name)).toBeNull();
      for (const each of ['golden', 'queries', 'quality']) expect(await countOf(each)).toBe(0);
    },
  );
});
