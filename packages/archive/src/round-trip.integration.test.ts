import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Corpus, type DocumentId, liveRef, type Store, sha256, silentLogger } from '@winnow/core';
import { unitVectorOf } from '@winnow/testkit';
import { searchTerms } from '@winnow/text';
import { describe, expect, it } from 'vitest';
import { unknownHash } from './archive-format.ts';
import { restoreArchive } from './restore-archive.ts';
import {
  createCorpus,
  createLibrary,
  dimensions,
  libraryDocuments,
  never,
  openStore,
  publish,
  restorePorts,
  temporaryFolder,
} from './test-corpus.ts';
import { writeArchive } from './write-archive.ts';

const kinds = ['embedded', 'elasticsearch'] as const;
const ways = kinds.flatMap((from) => kinds.map((to) => ({ from, to })));

async function archived(store: Store, corpus: Corpus, folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await writeArchive({ store, log: silentLogger }, corpus, path, {}, never);
  return path;
}

const queries = [
  'title of document',
  '水泵',
  'pump checked every week',
  'as it is now',
  'still found',
  'newer',
];

async function found(store: Store, corpus: Corpus) {
  const results = [];
  for (const text of queries) {
    const { bm25, dense } = await store.chunks.recall(liveRef(corpus), {
      terms: searchTerms(text),
      vector: unitVectorOf(text, dimensions),
      k: 20,
      filter: null,
      signal: never,
    });
    results.push({ text, bm25, dense });
  }
  return results;
}

describe('an archive that is restored', () => {
  it.each(ways)('has the same bytes from $from to $to, and back again', async ({ from, to }) => {
    const folder = await temporaryFolder();
    const origin = await openStore(from);
    const first = await archived(origin, await createLibrary(origin), folder, 'first');
    expect((await lines(first)).filter((line) => line.includes('"tokenVectors":"')).length).toBeGreaterThan(
      20,
    );
    const target = await openStore(to);
    const there = await restoreArchive(restorePorts(target), first, {}, never);
    const second = await archived(target, there.corpus, folder, 'second');
    // What was omitted the first time is not known any more.
    const omitted = (line: string) => /"kind":"(?:omitted|end)"/.test(line);
    expect((await lines(second)).filter((line) => !omitted(line))).toEqual(
      (await lines(first)).filter((line) => !omitted(line)),
    );
    const home = await openStore(from);
    const back = await restoreArchive(restorePorts(home), second, {}, never);
    const third = await archived(home, back.corpus, folder, 'third');
    expect(await readFile(third)).toEqual(await readFile(second));
  });

  it.each(ways)('is searched with the same results and scores, from $from to $to and back', async (way) => {
    const folder = await temporaryFolder();
    const origin = await openStore(way.from);
    const corpus = await createCorpus(origin);
    // Of what was replaced or removed, an index may keep statistics for a while.
    await publish(origin, corpus, libraryDocuments);
    const there = await openStore(way.to);
    const path = await archived(origin, corpus, folder, 'a');
    const { corpus: restored } = await restoreArchive(restorePorts(there), path, {}, never);
    const back = await openStore(way.from);
    const second = await archived(there, restored, folder, 'b');
    const { corpus: returned } = await restoreArchive(restorePorts(back), second, {}, never);

    const before = await found(origin, corpus);
    expect(before.flatMap(({ bm25 }) => bm25).length).toBeGreaterThan(20);
    const [after, again] = [await found(there, restored), await found(back, returned)];
    for (const [at, { bm25, dense }] of before.entries()) {
      expectSame(after[at]?.dense, dense);
      expectSame(again[at]?.dense, dense);
      expectSame(again[at]?.bm25, bm25);
      // The two stores do not score words alike, and find the same.
      if (way.from === way.to) expectSame(after[at]?.bm25, bm25);
      else expect(idsOf(after[at]?.bm25)).toEqual(idsOf(bm25));
    }
    const tokens = ['the', 'pump', '水', 'absent'];
    const counted = await origin.chunks.tokenFrequencies(liveRef(corpus), tokens);
    expect(counted.counts).toEqual([expect.any(Number), 1, 2, 0]);
    expect(await there.chunks.tokenFrequencies(liveRef(restored), tokens)).toEqual(counted);
  });

  it.each(kinds)('has its inbox, its dismissed and its golden queries in %s', async (kind) => {
    const folder = await temporaryFolder();
    const origin = await openStore('embedded');
    const corpus = await createLibrary(origin);
    const path = await archived(origin, corpus, folder, 'a');
    const target = await openStore(kind);
    const { corpus: restored, run, counts } = await restoreArchive(restorePorts(target), path, {}, never);
    const ref = liveRef(restored);
    expect(restored.restoring).toBeUndefined();
    expect(restored.corpusId).not.toBe(corpus.corpusId);
    expect(restored.golden).toEqual(corpus.golden);
    expect(counts).toMatchObject({ documents: 19, searchable: 17, failed: 3, omitted: 1, goldenQueries: 3 });
    expect(run).toMatchObject({ kind: 'restore', state: 'completed', inbox: 2 });
    expect(run.counts).toMatchObject({ new: 16, failed: 3, modelCalls: 0, embedded: 0, tokens: 0 });
    const golden = await Array.fromAsync(target.golden.list(restored.corpusId, 'set-1'));
    expect(golden.map(({ queryId }) => queryId)).toEqual(['q1', 'q2', '问']);
    const entries = await target.manifest.get(ref, [
      'broken-later.txt',
      'never-was.txt',
      'not-wanted.txt',
      'under-way.txt',
    ] as DocumentId[]);
    const state = (id: string) => entries.get(id as DocumentId);
    expect(state('broken-later.txt')).toMatchObject({
      state: 'failed',
      liveRevision: 1,
      chunkCount: 1,
      contentHash: sha256('bad broken-later.txt'),
      reason: { code: 'malformed', message: 'broken-later.txt is no document' },
    });
    expect(state('never-was.txt')).toMatchObject({ state: 'failed', liveRevision: null, dismissed: false });
    expect(state('not-wanted.txt')).toMatchObject({ state: 'failed', dismissed: true });
    // A newer version was under way: what is at the source counts as changed.
    expect(state('under-way.txt')).toMatchObject({ state: 'live', contentHash: unknownHash });
  });

  it('has the same bytes whenever it is taken', async () => {
    const folder = await temporaryFolder();
    const store = await openStore('embedded');
    const corpus = await createLibrary(store);
    const [first, second] = [
      await archived(store, corpus, folder, 'a'),
      await archived(store, corpus, folder, 'b'),
    ];
    expect(await readFile(first)).toEqual(await readFile(second));
  });
});

async function lines(path: string): Promise<readonly string[]> {
  return gunzipSync(await readFile(path))
    .toString()
    .trimEnd()
    .split('\n');
}

type Hits = readonly { readonly chunkId: string; readonly score: number }[];

function idsOf(hits: Hits = []): readonly string[] {
  return hits.map(({ chunkId }) => chunkId).sort();
}

function expectSame(found: Hits | undefined, wanted: Hits): void {
  expect(idsOf(found)).toEqual(idsOf(wanted));
  const scores = new Map(found?.map(({ chunkId, score }) => [chunkId, score]));
  for (const { chunkId, score } of wanted) expect(scores.get(chunkId)).toBeCloseTo(score, 4);
}
