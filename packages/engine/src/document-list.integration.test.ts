import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Corpus, liveRef, type Store, silentLogger } from '@winnow/core';
import { openEmbeddedStore } from '@winnow/embedded';
import { corpusOf, newRevisionOf, runIdOf } from '@winnow/testkit';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { listDocuments } from './document-list.ts';

const count = 5_200;
const ids = Array.from({ length: count }, (_, at) => `${at % 2 === 0 ? 'even' : 'odd'}/${at}.md`);
const inOrder = (prefix: string) => ids.filter((id) => id.startsWith(prefix)).sort();

let store: Store;
let corpus: Corpus;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-documents-'));
  store = await openEmbeddedStore({ path: join(folder, 'winnow.db'), log: silentLogger });
  corpus = corpusOf('pages');
  await store.corpora.create(corpus);
  const runId = runIdOf('run');
  await store.manifest.admit(liveRef(corpus), runId);
  await store.manifest.accept(
    liveRef(corpus),
    runId,
    ids.map((id) => newRevisionOf(id)),
  );
  return async () => {
    await store.close();
    await rm(folder, { recursive: true });
  };
});

const listed = async (query: Parameters<typeof listDocuments>[2]) =>
  (await listDocuments(store, corpus, query)).map(({ documentId }) => documentId);

describe('a list of documents', () => {
  it('by id has the first of all of them, however many pages the manifest has', async () => {
    expect(await listed({ sort: 'id', limit: 10_000 })).toEqual(inOrder(''));
    expect(await listed({ sort: 'id', limit: 7 })).toEqual(inOrder('').slice(0, 7));
  });

  it('below a prefix has those and no others, and as many as there are up to its limit', async () => {
    expect((await listed({ prefix: 'odd/', limit: 10_000 })).sort()).toEqual(inOrder('odd/'));
    expect(await listed({ prefix: 'odd/', sort: 'id', limit: 3 })).toEqual(inOrder('odd/').slice(0, 3));
    expect(await listed({ prefix: 'even/', limit: 40 })).toHaveLength(40);
    expect(await listed({ prefix: 'none/', limit: 40 })).toEqual([]);
  });

  it('by what changed last begins with that', async () => {
    const late = newRevisionOf('odd/5199.md');
    const before = Date.now();
    await vi.waitUntil(() => Date.now() > before, { interval: 1 });
    await store.manifest.accept(liveRef(corpus), runIdOf('run'), [{ ...late, over: 1 }]);
    expect(await listed({ sort: 'updated', limit: 1 })).toEqual(['odd/5199.md']);
  });

  it('of a state has that state alone', async () => {
    expect(await listed({ state: 'live', sort: 'id', limit: 10 })).toEqual([]);
    expect(await listed({ state: 'pending', sort: 'id', limit: 10 })).toHaveLength(10);
  });
});
