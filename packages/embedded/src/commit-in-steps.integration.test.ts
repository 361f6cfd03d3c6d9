import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type DocumentRevision, liveRef, type Store, silentLogger } from '@winnow/core';
import { corpusOf, newRevisionOf, revisionOf, runIdOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmbeddedStore } from './embedded-store.ts';

const corpus = corpusOf('in-steps');
const ref = liveRef(corpus);
const run = runIdOf('run');
const { signal } = new AbortController();
const words = Array.from({ length: 60 }, (_, at) => `word${at}`).join(' ');
const texts = (word: string) => Array.from({ length: 2_000 }, (_, at) => `${word} ${at} ${words}`);
let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-steps-'));
  store = await openEmbeddedStore({ path: join(folder, 'index.sqlite'), log: silentLogger });
  await store.corpora.create(corpus);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** Turns of the thread that are had until it settles, with what is looked at in each. */
async function meanwhile<Seen>(work: Promise<unknown>, look: () => Promise<Seen>): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  let isSettled = false;
  const settled = () => {
    isSettled = true;
  };
  void work.then(settled, settled);
  while (!isSettled) {
    await nextTurn();
    const one = await look();
    if (!isSettled) seen.push(one);
  }
  return seen;
}

async function accepted(revision: DocumentRevision): Promise<DocumentRevision> {
  const over = { over: revision.revision - 1 };
  await store.manifest.accept(ref, run, [newRevisionOf(revision.documentId, over)]);
  return revision;
}

const chunkCount = async () => (await store.manifest.tally(ref)).chunks;

describe('a document of thousands of chunks', () => {
  test('leaves the thread to others while it is committed and removed, who see all of it or nothing', async () => {
    const commit = store.chunks.commit(ref, [await accepted(revisionOf('a', 1, texts('one')))], signal);
    const during = await meanwhile(commit, chunkCount);
    // How many turns there are is a matter of speed; one that holds the thread leaves one at most.
    expect(during.length).toBeGreaterThan(1);
    expect(new Set(during)).toEqual(new Set([0]));
    expect(await chunkCount()).toBe(2_000);

    const removal = store.chunks.remove(ref, run, [revisionOf('a', 1, [])], signal);
    const still = await meanwhile(removal, chunkCount);
    expect(still.length).toBeGreaterThan(0);
    expect(new Set(still)).toEqual(new Set([2_000]));
    expect(await chunkCount()).toBe(0);
  });

  test('has other writes of the process wait for it, and come in their order', async () => {
    const commit = store.chunks.commit(ref, [await accepted(revisionOf('a', 1, texts('one')))], signal);
    const reason = { code: 'malformed', message: 'broken' } as const;
    const accept = store.manifest.accept(ref, run, [newRevisionOf('b')]);
    const fail = store.manifest.fail(ref, [
      { documentId: newRevisionOf('b').documentId, revision: 1, reason },
    ]);
    await accept;
    expect(await chunkCount()).toBe(2_000);
    await Promise.all([commit, fail]);
    expect(await store.manifest.tally(ref)).toMatchObject({ live: 1, failed: 1 });
  });

  test('is not there at all where its commit is broken off, and is committed by the next', async () => {
    const stop = new AbortController();
    const revision = await accepted(revisionOf('a', 1, texts('one')));
    const commit = store.chunks.commit(ref, [revision], stop.signal);
    let turns = 0;
    const seen = await meanwhile(commit, async () => {
      turns += 1;
      if (turns === 3) stop.abort();
      return await chunkCount();
    });
    await expect(commit).rejects.toMatchObject({ code: 'canceled' });
    expect(new Set(seen)).toEqual(new Set([0]));
    expect(await store.manifest.tally(ref)).toMatchObject({ pending: 1, chunks: 0 });
    expect(await store.chunks.commit(ref, [revision], signal)).toMatchObject([{ outcome: 'committed' }]);
    expect(await chunkCount()).toBe(2_000);
  });

  test('is written to its end before the file is closed, and what comes later is refused', async () => {
    const commit = store.chunks.commit(ref, [await accepted(revisionOf('a', 1, texts('one')))], signal);
    await nextTurn();
    await store.close();
    expect(await commit).toMatchObject([{ outcome: 'committed' }]);
    const late = store.manifest.accept(ref, run, [newRevisionOf('b')]);
    await expect(late).rejects.toMatchObject({ code: 'unavailable' });
    store = await openEmbeddedStore({ path: join(folder, 'index.sqlite'), log: silentLogger });
    expect(await chunkCount()).toBe(2_000);
  });
});
