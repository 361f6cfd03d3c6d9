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
import { type Interception, startTestProxy, type TestProxy } from './test-proxy.ts';
import { openTestStore, type TestStore } from './test-support.ts';

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
  test('of two with one name at once, the loser leaves nothing behind', async () => {
    const corpora = ['left', 'right'].map((incarnation) => corpusOf('guide', undefined, incarnation));
    const settled = await Promise.allSettled(corpora.map((corpus) => store.corpora.create(corpus)));
    expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const kept = await store.corpora.get('guide' as CorpusName);
    const place = `${direct.prefix}.${kept?.generations[0]?.physicalName}`;
    expect(await indexesNow()).toEqual([`${place}.chunks`, `${place}.manifest`]);
  });
});
