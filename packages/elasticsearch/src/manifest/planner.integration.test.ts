import { type GenerationRef, liveRef, type Store } from '@winnow/core';
import {
  corpusOf,
  elasticsearchUrl,
  newRevisionOf,
  revisionOf,
  runIdOf,
  uniquePrefix,
} from '@winnow/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { indexNames } from '../indexes/names.ts';
import { type Interception, startTestProxy, type TestProxy } from '../test-proxy.ts';
import { openTestStore, type TestStore } from '../test-support.ts';

const never = new AbortController().signal;
const [first, second] = [runIdOf('20261128T084244-4205edd8'), runIdOf('run 2*')];
let proxy: TestProxy;
let direct: TestStore;
let store: Store;
let ref: GenerationRef;
let manifest: string;
let count = 0;

beforeAll(async () => {
  direct = await openTestStore(elasticsearchUrl(), uniquePrefix());
  proxy = await startTestProxy(direct.url);
  store = direct.openAt(proxy.url);
});
beforeEach(async () => {
  const corpus = corpusOf(`planner-${++count}`);
  await direct.store.corpora.create(corpus);
  ref = liveRef(corpus);
  manifest = indexNames(direct.prefix).manifest(ref);
});
afterEach(() => {
  proxy.intercept = () => 'pass';
});
afterAll(async () => {
  await store.close();
  await proxy.close();
  await direct.dispose();
});

async function planAliasesNow(): Promise<string[]> {
  const answer = await direct.client.indices.getAlias({ index: manifest, name: `${manifest}.plan.*` });
  return Object.keys(answer[manifest]?.aliases ?? {});
}

describe('the fence of planners', () => {
  test('admitting a run that is in already costs one look and changes nothing', async () => {
    await store.manifest.admit(ref, first);
    const before = proxy.requests.length;
    await store.manifest.admit(ref, first);
    expect(proxy.requests.slice(before).map(({ method }) => method)).toEqual(['GET']);
  });

  test('a planner that was frozen after it had read changes nothing once another run is in', async () => {
    await direct.store.manifest.admit(ref, first);
    await direct.store.manifest.accept(ref, first, [newRevisionOf('a'), newRevisionOf('b')]);
    await direct.store.chunks.commit(ref, [revisionOf('a', 1, ['text'])], never);
    const a = { documentId: newRevisionOf('a').documentId, revision: 1 };
    const b = { documentId: newRevisionOf('b').documentId, revision: 1 };
    const frozen = [
      () => store.manifest.accept(ref, first, [newRevisionOf('a', { over: 1 }), newRevisionOf('c')]),
      () => store.manifest.adopt(ref, first, [{ ...b, location: { path: 'elsewhere' } }]),
      () => store.chunks.remove(ref, first, [a], never),
    ];
    const before = await direct.store.manifest.list(ref, { limit: 10 });
    for (const write of frozen) {
      await direct.store.manifest.admit(ref, first);
      proxy.intercept = async ({ path }): Promise<Interception> => {
        if (path.includes('_bulk')) await direct.store.manifest.admit(ref, second);
        return 'pass';
      };
      await expect(write()).rejects.toMatchObject({ code: 'canceled', part: 'index' });
      expect(await direct.store.manifest.list(ref, { limit: 10 })).toEqual(before);
    }
    expect(await direct.store.chunks.ofDocument(ref, a.documentId)).toHaveLength(1);
  });

  test('of runs that are admitted at the same time one is in at the end', async () => {
    const runs = Array.from({ length: 32 }, (_, index) => runIdOf(`run-${index}`));
    await Promise.all(runs.map((run) => store.manifest.admit(ref, run)));
    const admitted = await planAliasesNow();
    expect(admitted).toHaveLength(1);
    const accepting = runs.map((run, index) => store.manifest.accept(ref, run, [newRevisionOf(`${index}`)]));
    const outcomes = await Promise.allSettled(accepting);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await direct.store.manifest.list(ref, { limit: 10 })).toHaveLength(1);
  });

  test('a manifest that is gone is not found, and not made anew', async () => {
    await store.manifest.admit(ref, first);
    await direct.store.corpora.delete(ref.corpus);
    const accepting = store.manifest.accept(ref, first, [newRevisionOf('a')]);
    await expect(accepting).rejects.toMatchObject({ code: 'not_found', part: 'index' });
    await expect(store.manifest.admit(ref, second)).rejects.toMatchObject({ code: 'not_found' });
    expect(await direct.client.indices.exists({ index: manifest })).toBe(false);
  });

  test('a cluster in which not every node took it up has not admitted', async () => {
    proxy.intercept = ({ method, path }) =>
      method === 'POST' && path.includes('_aliases')
        ? { status: 200, body: { acknowledged: false } }
        : 'pass';
    await expect(store.manifest.admit(ref, first)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
