import { liveRef } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { corpusOf, newRevisionOf, revisionOf, runIdOf, runOf } from '../builders.ts';
import { expectFailure, neverAborted, type StoreSuiteOptions, useStore } from './harness.ts';

export function describeCorpora(options: StoreSuiteOptions): void {
  describe('corpora', () => {
    const harness = useStore(options);

    test('a created corpus is read back as it was given', async () => {
      const corpus = corpusOf('suite-kept', 12);
      await harness.store.corpora.create(corpus);
      expect(await harness.store.corpora.get(corpus.name)).toEqual(corpus);
      await harness.store.corpora.delete(corpus.name);
    });

    test('a corpus that is not there is null', async () => {
      expect(await harness.store.corpora.get(corpusOf('suite-absent').name)).toBeNull();
    });

    test('corpora are listed by name', async () => {
      const names = ['suite-list-b', 'suite-list-a', 'suite-list_a', 'suite-list-10', 'suite-list-9'];
      for (const name of names) await harness.store.corpora.create(corpusOf(name));
      const listed = (await harness.store.corpora.list()).map((corpus) => corpus.name);
      expect(listed).toEqual([...names].sort());
      for (const name of names) await harness.store.corpora.delete(corpusOf(name).name);
      expect(await harness.store.corpora.list()).toEqual([]);
    });

    test('a taken name is refused and what was there stays', async () => {
      const corpus = corpusOf('suite-taken', 8);
      await harness.store.corpora.create(corpus);
      const second = harness.store.corpora.create(corpusOf('suite-taken', 4));
      await expectFailure(second, 'failed_precondition');
      expect(await harness.store.corpora.get(corpus.name)).toEqual(corpus);
      await harness.store.corpora.delete(corpus.name);
    });

    test('one of two creations of the same name at once succeeds', async () => {
      const corpus = corpusOf('suite-race');
      const settled = await Promise.allSettled([
        harness.store.corpora.create(corpus),
        harness.store.corpora.create(corpus),
      ]);
      expect(settled.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await harness.store.corpora.get(corpus.name)).toEqual(corpus);
      await harness.store.corpora.delete(corpus.name);
    });

    test('a fresh corpus can be read at once and holds nothing', async () => {
      const ref = await harness.corpus();
      const result = await harness.recall(ref, { terms: ['word'], vector: new Float32Array(8).fill(0.1) });
      expect(result).toMatchObject({ bm25: [], dense: [], chunks: new Map() });
      expect(await harness.exported(ref)).toEqual([]);
      expect(await harness.store.manifest.list(ref, { limit: 10 })).toEqual([]);
      const tally = await harness.store.manifest.tally(ref);
      expect(tally).toMatchObject({ pending: 0, live: 0, failed: 0, deleted: 0, searchable: 0, chunks: 0 });
      expect(await harness.store.chunks.census(ref, { limit: 10 }, neverAborted)).toEqual([]);
    });

    test('deleting a corpus removes manifest, chunks and runs, and nothing of its neighbours', async () => {
      const gone = await harness.corpus();
      const kept = await harness.corpus();
      for (const ref of [gone, kept]) {
        await harness.publish(ref, [revisionOf('a', 1, ['alpha'])]);
        await harness.store.runs.create(runOf(`run-of-${ref.corpus}`, harness.recordOf(ref)));
      }
      await harness.store.corpora.delete(gone.corpus);

      expect(await harness.store.corpora.get(gone.corpus)).toBeNull();
      expect(await harness.store.runs.get(runIdOf(`run-of-${gone.corpus}`))).toBeNull();
      expect((await harness.store.runs.active()).map((run) => run.corpus)).toEqual([kept.corpus]);
      expect((await harness.recall(kept, { terms: ['alpha'] })).bm25).toHaveLength(1);
      expect(await harness.entry(kept, 'a')).toMatchObject({ state: 'live' });

      const again = corpusOf(gone.corpus, undefined, 'second');
      await harness.store.corpora.create(again);
      const ref = liveRef(again);
      expect((await harness.recall(ref, { terms: ['alpha'] })).bm25).toEqual([]);
      expect(await harness.entry(ref, 'a')).toBeUndefined();
      await harness.accept(ref, [newRevisionOf('a')]);
      expect(await harness.entry(ref, 'a')).toMatchObject({ revision: 1, liveRevision: null });
    });

    test('a deleted name can be taken by a corpus of other dimensions', async () => {
      const ref = await harness.corpus(8);
      await harness.store.corpora.delete(ref.corpus);
      const smaller = corpusOf(ref.corpus, 4);
      await harness.store.corpora.create(smaller);
      await harness.publish(liveRef(smaller), [revisionOf('a', 1, ['alpha'], { dimensions: 4 })]);
      const vector = Float32Array.of(1, 0, 0, 0);
      expect((await harness.recall(liveRef(smaller), { vector })).dense).toHaveLength(1);
    });

    test('deleting a corpus that is not there does nothing', async () => {
      await harness.store.corpora.delete(corpusOf('suite-absent').name);
    });

    test('the backend answers its check', async () => {
      await harness.store.check(neverAborted);
    });
  });
}
