import {
  type Corpus,
  type DocumentRevision,
  type Generation,
  type GenerationRef,
  generationRef,
  liveRef,
} from '@winnow/core';
import { describe, expect, test } from 'vitest';
import {
  corpusOf,
  documentIdOf,
  generationOf,
  newRevisionOf,
  revisionOf,
  unitVectorOf,
} from '../builders.ts';
import {
  expectFailure,
  type Harness,
  neverAborted,
  type StoreSuiteOptions,
  serialize,
  testRun,
  useStore,
} from './harness.ts';

export function describeGenerations(options: StoreSuiteOptions): void {
  describe('generations', () => {
    const harness = useStore(options);

    test('two generations of one corpus know nothing of each other', async () => {
      const first = await harness.corpus();
      const second = await prepared(harness, first);
      await harness.publish(first, [revisionOf('a', 1, ['shared word']), revisionOf('b', 1, ['first only'])]);
      await harness.publish(first, [revisionOf('a', 2, ['shared word again'])]);
      await harness.publish(second, [revisionOf('a', 1, ['shared word', 'second only'])]);
      expect(await harness.entry(first, 'a')).toMatchObject({ revision: 2, chunkCount: 1 });
      expect(await harness.entry(second, 'a')).toMatchObject({ revision: 1, chunkCount: 2 });
      expect(await harness.entry(second, 'b')).toBeUndefined();
      expect((await harness.recall(second, { terms: ['first'] })).bm25).toEqual([]);
      expect((await harness.recall(first, { terms: ['second'] })).bm25).toEqual([]);
      expect((await harness.recall(first, { vector: unitVectorOf('x') })).dense).toHaveLength(2);
      expect((await harness.recall(second, { vector: unitVectorOf('x') })).dense).toHaveLength(2);
      expect((await harness.store.manifest.tally(second)).chunks).toBe(2);
    });

    test('generations of one corpus may have vectors of different lengths', async () => {
      const first = await harness.corpus(8);
      const second = await prepared(harness, first, 4);
      await harness.publish(first, [revisionOf('a', 1, ['word'])]);
      await harness.publish(second, [revisionOf('a', 1, ['word'], { dimensions: 4 })]);
      expect((await harness.recall(first, { vector: unitVectorOf('word') })).dense).toHaveLength(1);
      expect((await harness.recall(second, { vector: unitVectorOf('word', 4) })).dense).toHaveLength(1);
      await expectFailure(harness.recall(second, { vector: unitVectorOf('word') }), 'invalid_argument');
    });

    test('preparing a generation again leaves what is in it', async () => {
      const first = await harness.corpus();
      const second = await prepared(harness, first);
      await harness.publish(second, [revisionOf('a', 1, ['kept'])]);
      await prepared(harness, first);
      expect((await harness.exported(second)).map((chunk) => chunk.text)).toEqual(['kept']);
      expect(await harness.entry(second, 'a')).toMatchObject({ state: 'live' });
    });

    test('what is written where nobody reads is there for everybody once it is published', async () => {
      const first = await harness.corpus();
      const second = await prepared(harness, first);
      const { chunks, corpora } = harness.store;
      const commit = async (...revisions: readonly DocumentRevision[]) => {
        const results = await chunks.commit(second, revisions, neverAborted, { unread: true });
        expect(results.every(({ outcome }) => outcome === 'committed')).toBe(true);
      };
      await harness.accept(second, [newRevisionOf('a'), newRevisionOf('b')]);
      await commit(revisionOf('a', 1, ['word one']), revisionOf('b', 1, ['word two']));
      await harness.accept(second, [newRevisionOf('a')]);
      await commit(revisionOf('a', 2, ['word three']));
      await corpora.publishGeneration(second);
      await corpora.publishGeneration(second);
      const { bm25, chunks: found } = await harness.recall(second, { terms: ['word'] });
      expect(bm25).toHaveLength(2);
      expect([...found.values()].map(({ text }) => text).sort()).toEqual(['word three', 'word two']);
      // From then on it is written like any other.
      await harness.publish(second, [revisionOf('b', 2, ['word four'])]);
      const after = await harness.recall(second, { terms: ['four'] });
      expect(after.bm25).toHaveLength(1);
    });

    test('a dropped generation is gone with manifest and chunks, its neighbours are as they were', async () => {
      const first = await harness.corpus();
      const second = await prepared(harness, first);
      await harness.publish(first, [revisionOf('a', 1, ['alpha'])]);
      await harness.publish(second, [revisionOf('a', 1, ['alpha', 'beta'])]);
      const before = await contents(harness, first);
      await harness.store.corpora.dropGeneration(second, neverAborted);

      expect(await contents(harness, first)).toEqual(before);
      expect(await harness.store.corpora.get(first.corpus)).toEqual(harness.recordOf(first));
      await expectFailure(harness.store.manifest.tally(second), 'not_found');
      await expectFailure(harness.recall(second, { terms: ['alpha'] }), 'not_found');
      await expectFailure(harness.exported(second), 'not_found');
      await harness.store.corpora.dropGeneration(second, neverAborted);
      expect(await contents(harness, first)).toEqual(before);
    });

    test('dropping a generation that never was does nothing, an aborted drop says so', async () => {
      const ref = await harness.corpus();
      const absent = generationRef(harness.recordOf(ref), furtherGeneration(harness.recordOf(ref)));
      await harness.store.corpora.dropGeneration(absent, neverAborted);
      const aborted = harness.store.corpora.dropGeneration(ref, AbortSignal.abort());
      await expectFailure(aborted, 'canceled');
      await harness.store.corpora.dropGeneration(ref, neverAborted);
      await expectFailure(harness.store.manifest.tally(ref), 'not_found');
    });

    test('a writer of a dropped generation writes nothing, and brings nothing back', async () => {
      const first = await harness.corpus();
      const second = await prepared(harness, first);
      await harness.accept(second, [newRevisionOf('a'), newRevisionOf('b')]);
      await harness.store.corpora.dropGeneration(second, neverAborted);
      await expectShutOut(harness, second);
      await expectFailure(harness.store.manifest.list(second, { limit: 1 }), 'not_found');
      await prepared(harness, first);
      expect(await contents(harness, second)).toMatchObject({ entries: [], exported: '' });
    });

    test('a writer of a deleted corpus changes nothing of a later one of the same name', async () => {
      const old = await harness.corpus();
      await harness.accept(old, [newRevisionOf('a'), newRevisionOf('b')]);
      await harness.store.corpora.delete(old.corpus);
      const later = corpusOf(old.corpus, undefined, 'later');
      await harness.store.corpora.create(later);
      const ref = liveRef(later);
      await harness.publish(ref, [revisionOf('b', 1, ['of the later corpus'])]);
      await harness.accept(ref, [newRevisionOf('a')]);
      const before = await contents(harness, ref);

      await expectShutOut(harness, old);
      expect(await contents(harness, ref)).toEqual(before);
      expect(await harness.store.corpora.get(old.corpus)).toEqual(later);
    });

    test('a create that was broken off is not in the way of the next one', async (context) => {
      const { breakOffCreate } = harness.opened;
      if (breakOffCreate === undefined) return context.skip('the backend creates in one step');
      const first = corpusOf('suite-broken-off');
      await breakOffCreate(first);
      expect(await harness.store.corpora.get(first.name)).toBeNull();
      expect(await harness.store.corpora.list()).toEqual([]);
      for (const next of [first, corpusOf('suite-broken-off', 4)]) {
        await breakOffCreate(corpusOf('suite-broken-off', 8, 'other'));
        await harness.store.corpora.create(next);
        const dimensions = next.generations[0]?.dimensions ?? 0;
        await harness.publish(liveRef(next), [revisionOf('a', 1, ['word'], { dimensions })]);
        expect(await harness.exported(liveRef(next))).toHaveLength(1);
        await harness.store.corpora.delete(next.name);
      }
    });
  });
}

/** The generation after the first. */
function furtherGeneration(corpus: Corpus, dimensions?: number): Generation {
  return generationOf(corpus.name, corpus.corpusId, 2, dimensions);
}

async function prepared(harness: Harness, first: GenerationRef, dimensions?: number): Promise<GenerationRef> {
  const corpus = harness.recordOf(first);
  const generation = furtherGeneration(corpus, dimensions);
  await harness.store.corpora.prepareGeneration(corpus, generation);
  return generationRef(corpus, generation);
}

/** All that a generation holds, to compare. */
async function contents(harness: Harness, ref: GenerationRef) {
  return {
    entries: await harness.store.manifest.list(ref, { limit: 100 }),
    exported: serialize(await harness.exported(ref, { vectors: true })),
    census: await harness.store.chunks.census(ref, { limit: 100 }, neverAborted),
  };
}

/** Checks that whoever remembers a place that is gone, with `a` and `b` pending at revision 1, can write nothing. */
async function expectShutOut(harness: Harness, ref: GenerationRef): Promise<void> {
  const { manifest, chunks } = harness.store;
  const a = { documentId: documentIdOf('a'), revision: 1 };
  const b = { documentId: documentIdOf('b'), revision: 1 };
  const reason = { code: 'gave_up', message: 'late' } as const;
  const late = [
    () => chunks.commit(ref, [revisionOf('a', 1, ['late'])], neverAborted),
    () => chunks.remove(ref, testRun, [b], neverAborted),
    () => manifest.accept(ref, testRun, [newRevisionOf('a', { over: 1 }), newRevisionOf('c')]),
    () => manifest.adopt(ref, testRun, [{ ...a, location: {} }]),
    () => manifest.countAttempt(ref, [a]),
    () => manifest.fail(ref, [{ ...a, reason }]),
    () => manifest.dismiss(ref, [a]),
  ];
  for (const write of late) await expectFailure(write(), 'not_found', 'canceled');
}
