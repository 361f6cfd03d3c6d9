import { type Corpus, type CorpusName, liveRef, placeOfVersion1, type Store } from '@winnow/core';
import {
  corpusOf,
  elasticsearchUrl,
  newRevisionOf,
  revisionOf,
  runIdOf,
  runOf,
  uniquePrefix,
} from '@winnow/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Interception, startTestProxy, type TestProxy } from '../test-proxy.ts';
import { openTestStore, type TestStore } from '../test-support.ts';

const never = new AbortController().signal;
let proxy: TestProxy;
let direct: TestStore;
let store: Store;

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

/** Of generations. */
async function indexesNow(): Promise<string[]> {
  const all = Object.keys(await direct.client.indices.get({ index: `${direct.prefix}.*` }));
  return all.filter((index) => /\.(chunks|manifest)$/.test(index)).sort();
}

/** Makes a corpus with a document and a run. */
async function filled(corpus: Corpus): Promise<Corpus> {
  const run = runIdOf(`run of ${corpus.corpusId}`);
  const ref = liveRef(corpus);
  await direct.store.corpora.create(corpus);
  await direct.store.manifest.admit(ref, run);
  await direct.store.manifest.accept(ref, run, [newRevisionOf('a')]);
  await direct.store.chunks.commit(ref, [revisionOf('a', 1, ['text'])], never);
  await direct.store.runs.create(runOf(run, corpus));
  return corpus;
}

/** Lets something happen just before the first request of that kind reaches the server. */
function beforeFirst(
  isMeant: (method: string, path: string) => boolean,
  happen: () => Promise<unknown>,
): void {
  proxy.intercept = async ({ method, path }): Promise<Interception> => {
    if (!isMeant(method, path)) return 'pass';
    proxy.intercept = () => 'pass';
    await happen();
    return 'pass';
  };
}

describe('deleting a corpus', () => {
  test.each([
    ['its indexes', (method: string, path: string) => method === 'DELETE' && path.includes('manifest')],
    ['its runs', (_: string, path: string) => path.includes('.runs/_search')],
    ['its record', (method: string, path: string) => method === 'DELETE' && path.includes('.corpora/_doc')],
  ])(
    'frozen before %s went, and overtaken: a later corpus of the same name loses nothing',
    async (_, isMeant) => {
      const old = await filled(corpusOf('guide'));
      const later = corpusOf('guide', undefined, 'later');
      beforeFirst(isMeant, async () => {
        await direct.store.corpora.delete(old.name);
        await filled(later);
      });
      await store.corpora.delete(old.name);
      expect(await direct.store.corpora.get(old.name)).toEqual(later);
      expect((await direct.store.runs.list(old.name, 10)).map(({ corpusId }) => corpusId)).toEqual([
        later.corpusId,
      ]);
      expect(
        await direct.store.chunks.ofDocument(liveRef(later), newRevisionOf('a').documentId),
      ).toHaveLength(1);
    },
  );

  test.each([
    ['its indexes', (method: string, path: string) => method === 'DELETE' && path.includes('manifest')],
    ['its runs', (_: string, path: string) => path.includes('.runs/_search')],
    ['its record', (method: string, path: string) => method === 'DELETE' && path.includes('.corpora/_doc')],
  ])('broken off before %s went: it says so, and the next delete makes an end of it', async (_, isMeant) => {
    const corpus = await filled(corpusOf('guide'));
    proxy.intercept = ({ method, path }) => (isMeant(method, path) ? 'cut' : 'pass');
    await expect(store.corpora.delete(corpus.name)).rejects.toMatchObject({ code: 'unavailable' });
    proxy.intercept = () => 'pass';
    expect(await store.corpora.get(corpus.name)).toMatchObject({ deletingSince: expect.any(String) });
    await expect(store.corpora.create(corpusOf('guide', undefined, 'later'))).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('broken off'),
    });
    const [generation] = corpus.generations;
    if (generation !== undefined) {
      const preparing = store.corpora.prepareGeneration(corpus, generation);
      await expect(preparing).rejects.toMatchObject({ code: 'not_found' });
    }
    await store.corpora.delete(corpus.name);
    expect(await store.corpora.get(corpus.name)).toBeNull();
    expect(await store.runs.list(corpus.name, 10)).toEqual([]);
    expect(await indexesNow()).toEqual([]);
  });

  test('touches no index that only looks like one of its own', async () => {
    const corpus = await filled(corpusOf('guide'));
    const likes = [
      `${direct.prefix}.${placeOfVersion1(corpus.name, 1)}.chunks`,
      `${direct.prefix}.guide.other0000000.g1.chunks`,
      `${direct.prefix}.guide-2.${corpus.corpusId}.g1.chunks`,
    ].sort();
    for (const index of likes) await direct.client.indices.create({ index });
    await store.corpora.delete(corpus.name);
    expect(await indexesNow()).toEqual(likes);
    await direct.client.indices.delete({ index: likes });
  });
});

describe('creating a corpus', () => {
  const removeLeftovers = (olderThanMs = -1) =>
    direct.store.corpora.removeLeftovers({ olderThanMs, signal: never });

  test('broken off midway leaves empty indexes that nobody names, which are removed when they are old', async () => {
    const kept = await filled(corpusOf('kept'));
    const empty = corpusOf('empty');
    await direct.store.corpora.create(empty);
    const before = await indexesNow();
    const half = corpusOf('half');
    await direct.breakOffCreate(half);
    expect(await removeLeftovers(60_000)).toEqual([]);
    expect(await indexesNow()).toHaveLength(before.length + 2);

    expect(await removeLeftovers()).toEqual([liveRef(half).physicalName]);
    expect(await indexesNow()).toEqual(before);
    await direct.store.corpora.create(half);
    expect(await removeLeftovers()).toEqual([]);
    expect(await direct.store.corpora.list()).toHaveLength(3);
    expect(await direct.store.chunks.ofDocument(liveRef(kept), newRevisionOf('a').documentId)).toHaveLength(
      1,
    );
  });

  test('of which one index was made before it broke off: that one goes', async () => {
    await direct.store.corpora.create(corpusOf('kept'));
    const half = corpusOf('half');
    await direct.breakOffCreate(half);
    await direct.client.indices.delete({ index: `${direct.prefix}.${liveRef(half).physicalName}.chunks` });
    expect(await removeLeftovers()).toEqual([liveRef(half).physicalName]);
  });

  test('kept while it is looked at stays, and so does what holds documents, has no id or is no index of ours', async () => {
    const lost = await filled(corpusOf('lost'));
    await direct.client.delete({ index: `${direct.prefix}.corpora`, id: lost.name, refresh: true });
    const likes = [
      `${direct.prefix}.${placeOfVersion1('guide' as CorpusName, 1)}.chunks`,
      `${direct.prefix}.guide.other.more.g1.chunks`,
      `${direct.prefix}-2.guide.other0000000.g1.chunks`,
    ];
    for (const index of likes) await direct.client.indices.create({ index });
    const half = corpusOf('half');
    await direct.breakOffCreate(half);
    beforeFirst(
      (_, path) => path.includes('.corpora/_mget'),
      () => direct.store.corpora.create(half),
    );
    expect(await store.corpora.removeLeftovers({ olderThanMs: -1, signal: never })).toEqual([]);
    expect(await direct.store.corpora.get(half.name)).toEqual(half);
    const all = [
      ...likes,
      ...[lost, half].map((corpus) => `${direct.prefix}.${liveRef(corpus).physicalName}.chunks`),
    ];
    expect(await direct.client.indices.exists({ index: all })).toBe(true);
    await direct.client.indices.delete({ index: likes });
    const { physicalName } = liveRef(lost);
    await direct.client.indices.delete({
      index: [`${direct.prefix}.${physicalName}.chunks`, `${direct.prefix}.${physicalName}.manifest`],
    });
  });

  test('that was the first one ever: nothing is removed, since no corpora were kept that could tell', async () => {
    const fresh = await openTestStore(elasticsearchUrl(), uniquePrefix());
    await fresh.breakOffCreate(corpusOf('half'));
    expect(await fresh.store.corpora.removeLeftovers({ olderThanMs: -1, signal: never })).toEqual([]);
    await fresh.dispose();
  });

  test('of two with one name at once, the loser leaves nothing behind', async () => {
    const corpora = ['left', 'right'].map((incarnation) => corpusOf('guide', undefined, incarnation));
    const settled = await Promise.allSettled(corpora.map((corpus) => store.corpora.create(corpus)));
    expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const kept = await store.corpora.get('guide' as CorpusName);
    const place = `${direct.prefix}.${kept?.generations[0]?.physicalName}`;
    expect(await indexesNow()).toEqual([`${place}.chunks`, `${place}.manifest`]);
  });
});
