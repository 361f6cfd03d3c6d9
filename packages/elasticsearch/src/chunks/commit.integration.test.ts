import { AppError, type DocumentRevision, type GenerationRef, liveRef, type Store } from '@winnow/core';
import {
  contentHashOf,
  corpusOf,
  elasticsearchUrl,
  newRevisionOf,
  revisionOf,
  runIdOf,
  uniquePrefix,
} from '@winnow/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Interception, startTestProxy, type TestProxy } from '../test-proxy.ts';
import { openTestStore, type TestStore } from '../test-support.ts';
import { chunkWrites } from './chunk-record.ts';
import { versionOf } from './chunk-version.ts';

const never = new AbortController().signal;
const run = runIdOf('run-1');
let proxy: TestProxy;
let direct: TestStore;
let store: Store;
let ref: GenerationRef;
let count = 0;

beforeAll(async () => {
  direct = await openTestStore(elasticsearchUrl(), uniquePrefix());
  proxy = await startTestProxy(direct.url);
  store = direct.openAt(proxy.url);
});
beforeEach(async () => {
  const corpus = corpusOf(`commit-${++count}`);
  await direct.store.corpora.create(corpus);
  ref = liveRef(corpus);
  await direct.store.manifest.admit(ref, run);
});
afterEach(async () => {
  proxy.intercept = () => 'pass';
  await direct.store.corpora.delete(ref.corpus);
});
afterAll(async () => {
  await store.close();
  await proxy.close();
  await direct.dispose();
});

const one = revisionOf('a', 1, ['first version', 'of two chunks']);
const two = revisionOf('a', 2, ['second version', 'of three', 'chunks']);

async function accept(revision: DocumentRevision): Promise<void> {
  const { documentId, contentHash } = revision;
  const accepted = newRevisionOf(documentId, { contentHash, over: revision.revision - 1 });
  expect(await direct.store.manifest.accept(ref, run, [accepted])).toHaveLength(1);
}

/** Removes what nobody reads. */
async function discardDead(): Promise<number> {
  const found = await direct.store.chunks.census(ref, { limit: 100 }, never);
  return await direct.store.chunks.discard(ref, found, never);
}

async function liveTexts(): Promise<readonly string[]> {
  return (await direct.store.chunks.ofDocument(ref, one.documentId)).map(({ text }) => text);
}

async function foundTexts(reader = direct.store): Promise<readonly string[]> {
  const query = { terms: ['version', 'chunks', 'three'], vector: null, k: 10, filter: null, signal: never };
  const found = await reader.chunks.recall(ref, query);
  return [...found.chunks.values()].toSorted((a, b) => a.position - b.position).map(({ text }) => text);
}

/** Lets something happen just before the first request of that kind reaches the server. */
function beforeFirst(pathPart: string, happen: () => Promise<void>): void {
  proxy.intercept = async ({ path }): Promise<Interception> => {
    if (!path.includes(pathPart)) return 'pass';
    proxy.intercept = () => 'pass';
    await happen();
    return 'pass';
  };
}

const textsOf = (revision: DocumentRevision) => revision.chunks.map(({ text }) => text);

/** Chunks in the index, live or not. */
async function storedChunks(): Promise<number> {
  const index = `${direct.prefix}.${ref.physicalName}.chunks`;
  await direct.client.indices.refresh({ index });
  return (await direct.client.count({ index })).count;
}

describe('commit', () => {
  // Requests of one commit of a changed document after the manifest was read, in their order.
  const steps = ['chunks/_bulk', 'chunks/_refresh', 'manifest/_bulk', 'chunks/_bulk'];

  test.each(steps.map((step, at) => ({ step, at })))(
    'cut off at $step ($at): readers see one whole revision, and the same commit made again ends well',
    async ({ at }) => {
      await accept(one);
      await direct.store.chunks.commit(ref, [one], never);
      await accept(two);

      const aborting = new AbortController();
      let seen = -1;
      proxy.intercept = ({ path }) => {
        const step = path.replace('.write', '');
        if (seen === -1 && step.includes('_mget')) seen = 0;
        else if (seen >= 0 && step.includes(steps[seen] ?? '-')) seen += 1;
        if (seen <= at) return 'pass';
        aborting.abort();
        return 'cut';
      };
      const result = await store.chunks.commit(ref, [two], aborting.signal).catch(AppError.from);
      const flipped = at === 3;
      expect(result).toMatchObject(flipped ? [{ outcome: 'committed' }] : { code: 'canceled' });
      expect(await liveTexts()).toEqual(textsOf(flipped ? two : one));
      expect(await foundTexts()).toEqual(textsOf(flipped ? two : one));

      proxy.intercept = () => 'pass';
      expect(await store.chunks.commit(ref, [two], never)).toMatchObject([{ outcome: 'committed' }]);
      expect(await liveTexts()).toEqual(textsOf(two));
      await discardDead();
      expect(await storedChunks()).toBe(3);
    },
  );

  test('a lost answer to the flip is recognised as our own write', async () => {
    await accept(one);
    await direct.store.chunks.commit(ref, [one], never);
    await accept(two);
    let lost = 0;
    proxy.intercept = ({ path }) =>
      path.includes('manifest.write') && lost++ === 0 ? 'lose-answer' : 'pass';
    expect(await store.chunks.commit(ref, [two], never)).toMatchObject([{ outcome: 'committed' }]);
    expect(lost).toBe(2);
    expect(await liveTexts()).toEqual(textsOf(two));
    expect(await storedChunks()).toBe(3);
  });

  test('a lost answer to accepting or counting does not make it happen twice', async () => {
    let lost = 0;
    proxy.intercept = ({ path }) => (path.includes('manifest.') && lost++ % 2 === 0 ? 'lose-answer' : 'pass');
    const { documentId, contentHash } = one;
    const accepted = { documentId, revision: 1 };
    expect(await store.manifest.accept(ref, run, [newRevisionOf(documentId, { contentHash })])).toEqual([
      accepted,
    ]);
    await store.manifest.countAttempt(ref, [accepted]);
    expect(lost).toBe(4);
    const entry = (await direct.store.manifest.get(ref, [documentId])).get(documentId);
    expect(entry).toMatchObject({ revision: 1, attempts: 1 });
    expect(await store.chunks.remove(ref, run, [accepted], never)).toEqual([accepted]);
    expect(lost).toBe(6);
  });

  test('a worker that was frozen while a newer revision came writes nothing that anybody reads', async () => {
    await accept(one);
    beforeFirst('chunks.write', async () => {
      await accept(two);
      await direct.store.chunks.commit(ref, [two], never);
    });
    expect(await store.chunks.commit(ref, [one], never)).toMatchObject([{ outcome: 'superseded' }]);
    expect(await foundTexts()).toEqual(textsOf(two));
    expect(await storedChunks()).toBe(3);
  });

  test('a search that saw a part of a version never shows it, whatever became live before it ended', async () => {
    await accept(one);
    const [first] = [...chunkWrites(one, versionOf(one))];
    proxy.intercept = async ({ method, path, headers, body }) => {
      if (!path.includes('_msearch')) return 'pass';
      proxy.intercept = () => 'pass';
      // Another document's commit made visible what this one's had written so far.
      const index = `${direct.prefix}.${ref.physicalName}.chunks.write`;
      await direct.client.transport.request({
        method: 'POST',
        path: `/${index}/_bulk`,
        querystring: { refresh: true },
        bulkBody: first?.lines ?? '',
      });
      const answer = await fetch(new URL(path, direct.url), {
        method,
        headers: { 'content-type': String(headers['content-type']), accept: String(headers.accept) },
        body,
      });
      await direct.store.chunks.commit(ref, [one], never);
      return { status: 200, body: await answer.json() };
    };
    expect(await foundTexts(store)).toEqual(textsOf(one));
  });

  test('two workers that read different bytes for one revision never mix their chunks', async () => {
    await accept(one);
    const other = {
      ...revisionOf('a', 1, ['other version', 'three', 'chunks']),
      contentHash: contentHashOf('other'),
    };
    beforeFirst('chunks.write', async () => {
      await direct.store.chunks.commit(ref, [other], never);
    });
    expect(await store.chunks.commit(ref, [one], never)).toMatchObject([{ outcome: 'committed' }]);
    expect(await liveTexts()).toEqual(textsOf(other));
    expect(await foundTexts()).toEqual(textsOf(other));
    expect(await storedChunks()).toBe(3);
    const entry = (await direct.store.manifest.get(ref, [one.documentId])).get(one.documentId);
    expect(entry).toMatchObject({ contentHash: other.contentHash, chunkCount: 3 });
  });

  test('two workers that cut the same bytes in different ways never mix their chunks', async () => {
    await accept(one);
    const other = {
      ...revisionOf('a', 1, ['cut', 'otherwise']),
      contentHash: one.contentHash,
      making: 'other',
    };
    const longer = { ...one, chunks: revisionOf('a', 1, ['version', 'of', 'three']).chunks };
    beforeFirst('chunks.write', async () => {
      await direct.store.chunks.commit(ref, [other], never);
    });
    expect(await store.chunks.commit(ref, [longer], never)).toMatchObject([{ outcome: 'committed' }]);
    expect(await liveTexts()).toEqual(textsOf(other));
    expect(await storedChunks()).toBe(2);
  });

  test('a version that is given up while its chunks are being written is superseded, and they are removed', async () => {
    await accept(one);
    beforeFirst('chunks/_refresh', async () => {
      const reason = { code: 'gave_up' as const, message: 'tried too often' };
      await direct.store.manifest.fail(ref, [{ documentId: one.documentId, revision: 1, reason }]);
    });
    expect(await store.chunks.commit(ref, [one], never)).toMatchObject([{ outcome: 'superseded' }]);
    expect(await storedChunks()).toBe(0);
  });

  test('an index that refuses writes leaves every document as it was, and the commit ends well afterwards', async () => {
    await accept(one);
    const index = `${direct.prefix}.${ref.physicalName}.chunks`;
    await direct.client.indices.putSettings({ index, settings: { 'index.blocks.write': true } });
    await expect(store.chunks.commit(ref, [one], never)).rejects.toMatchObject({
      code: 'failed_precondition',
      part: 'index',
    });
    const entry = (await direct.store.manifest.get(ref, [one.documentId])).get(one.documentId);
    expect(entry).toMatchObject({ state: 'pending', reason: null });
    await direct.client.indices.putSettings({ index, settings: { 'index.blocks.write': null } });
    expect(await store.chunks.commit(ref, [one], never)).toMatchObject([{ outcome: 'committed' }]);
  });

  test('a query that meets a flip between its two requests still finds the document', async () => {
    await accept(one);
    await direct.store.chunks.commit(ref, [one], never);
    await accept(two);
    beforeFirst('_mget', async () => {
      await direct.store.chunks.commit(ref, [two], never);
    });
    const query = { terms: ['version'], vector: null, k: 10, filter: null, signal: never };
    const found = await store.chunks.recall(ref, query);
    expect([...found.chunks.values()].map(({ text }) => text)).toEqual(['second version']);
  });

  test('an export that meets a flip reads the document anew', async () => {
    await accept(one);
    await direct.store.chunks.commit(ref, [one], never);
    await accept(two);
    beforeFirst('chunks/_mget', async () => {
      await direct.store.chunks.commit(ref, [two], never);
    });
    const texts: string[] = [];
    for await (const { text } of store.chunks.export(ref, { vectors: true, signal: never })) texts.push(text);
    expect(texts).toEqual(textsOf(two));
  });

  test('a discard leaves alone what a commit in flight has written', async () => {
    await accept(one);
    beforeFirst('chunks/_refresh', async () => {
      expect(await discardDead()).toBe(0);
    });
    expect(await store.chunks.commit(ref, [one], never)).toMatchObject([{ outcome: 'committed' }]);
    expect(await foundTexts()).toEqual(textsOf(one));
  });

  test('the manifest is read once, and once more where somebody has written to it meanwhile', async () => {
    const reads = () => proxy.requests.filter(({ path }) => path.includes('manifest/_mget')).length;
    const before = reads();
    await accept(one);
    expect(await store.chunks.commit(ref, [one], never)).toMatchObject([{ outcome: 'committed' }]);
    expect(reads() - before).toBe(1);
    await accept(two);
    const { documentId } = two;
    beforeFirst('chunks/_refresh', () =>
      direct.store.manifest.countAttempt(ref, [{ documentId, revision: 2 }]),
    );
    expect(await store.chunks.commit(ref, [two], never)).toMatchObject([{ outcome: 'committed' }]);
    expect(reads() - before).toBe(3);
    const entry = (await direct.store.manifest.get(ref, [documentId])).get(documentId);
    expect(entry).toMatchObject({ state: 'live', liveRevision: 2, attempts: 1 });
  });

  test('a record that was read once is written over from then on, and nothing is concluded from it', async () => {
    const reads = () => proxy.requests.filter(({ path }) => path.includes('manifest/_mget')).length;
    const before = reads();
    const { documentId, contentHash } = one;
    const first = { documentId, revision: 1 };
    await store.manifest.accept(ref, run, [newRevisionOf(documentId, { contentHash })]);
    expect(reads() - before).toBe(0);
    expect((await store.manifest.get(ref, [documentId])).get(documentId)).toMatchObject({ revision: 1 });
    await store.manifest.countAttempt(ref, [first]);
    expect(await store.chunks.commit(ref, [one], never)).toMatchObject([{ outcome: 'committed' }]);
    expect(reads() - before).toBe(1);

    await accept(two);
    const reason = { code: 'gave_up' as const, message: 'tried too often' };
    await store.manifest.fail(ref, [{ documentId, revision: 2, reason }]);
    expect((await direct.store.manifest.get(ref, [documentId])).get(documentId)).toMatchObject({
      state: 'failed',
      attempts: 0,
      reason,
    });
    const three = { ...two, revision: 3 };
    await accept(three);
    expect(await store.manifest.accept(ref, run, [newRevisionOf(documentId, { over: 0 })])).toEqual([]);
    expect(await store.chunks.remove(ref, run, [{ documentId, revision: 2 }], never)).toEqual([]);
    expect(await store.chunks.commit(ref, [three], never)).toMatchObject([{ outcome: 'committed' }]);
    expect(await liveTexts()).toEqual(textsOf(two));
  });

  test('the positions of chunks must count from 0', async () => {
    await accept(one);
    const gap = { ...one, chunks: one.chunks.slice(1) };
    await expect(store.chunks.commit(ref, [gap], never)).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});
