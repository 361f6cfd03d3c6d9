import { describe, expect, test } from 'vitest';
import { newRevisionOf, revisionOf, runOf, unitVectorOf } from '../builders.ts';
import { neverAborted, type StoreSuiteOptions, serialize, testRun, useStore } from './harness.ts';

export function describeUpkeep(options: StoreSuiteOptions): void {
  describe('generations, sweeping and durability', () => {
    const harness = useStore(options);

    test('two generations of one corpus know nothing of each other', async (context) => {
      const first = await harness.corpus();
      const second = { ...first, generation: 2 };
      const { openGeneration } = harness.opened;
      if (openGeneration === undefined)
        return context.skip('the backend gives no way to make a second generation');
      await openGeneration(second);
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

    test('two corpora know nothing of each other', async () => {
      const left = await harness.corpus();
      const right = await harness.corpus();
      await harness.publish(left, [revisionOf('a', 1, ['left word'])]);
      await harness.publish(right, [revisionOf('a', 1, ['right word', 'more'])]);
      expect((await harness.exported(left)).map((chunk) => chunk.text)).toEqual(['left word']);
      expect((await harness.recall(right, { terms: ['left'] })).bm25).toEqual([]);
      expect((await harness.store.chunks.tokenFrequencies(left, ['word', 'more'])).counts).toEqual([1, 0]);
      expect(await harness.store.manifest.list(left, { limit: 10 })).toHaveLength(1);
    });

    test('a sweep leaves live and pending documents alone', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one', 'two']), revisionOf('b', 1, ['three'])]);
      await harness.store.manifest.accept(ref, testRun, [newRevisionOf('b'), newRevisionOf('c')]);
      const before = serialize(await harness.exported(ref));
      await harness.store.chunks.sweep(ref, neverAborted);
      expect(serialize(await harness.exported(ref))).toBe(before);
      expect(await harness.store.chunks.sweep(ref, neverAborted)).toBe(0);
    });

    test('a chunk that no entry owns is never read, and is swept', async (context) => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one'])]);
      const { plantOrphan } = harness.opened;
      if (plantOrphan === undefined) return context.skip('the backend cannot leave such a chunk');
      await plantOrphan(ref);
      expect(await harness.exported(ref)).toHaveLength(1);
      expect(await harness.store.chunks.sweep(ref, neverAborted)).toBe(1);
      expect(await harness.store.chunks.sweep(ref, neverAborted)).toBe(0);
      expect(await harness.exported(ref)).toHaveLength(1);
    });

    test('everything is there after the store was closed and opened again', async (context) => {
      const { reopen } = harness.opened;
      if (reopen === undefined) return context.skip('the backend cannot be opened twice');
      const ref = await harness.corpus();
      await harness.publish(ref, [
        revisionOf('a', 1, ['one word', 'two words'], { metadata: { kind: 'kept' } }),
        revisionOf('b', 1, ['three words']),
      ]);
      await harness.store.manifest.accept(ref, testRun, [
        newRevisionOf('b'),
        newRevisionOf('c', { lane: 2 }),
      ]);
      await harness.store.runs.create(runOf('reopened', ref.corpus));
      const state = async () => ({
        corpora: await harness.store.corpora.list(),
        runs: await harness.store.runs.list(ref.corpus, 10),
        entries: await harness.store.manifest.list(ref, { limit: 10 }),
        tally: await harness.store.manifest.tally(ref),
        exported: serialize(await harness.exported(ref, { vectors: true })),
        found: await harness.recall(ref, {
          terms: ['word', 'words'],
          vector: unitVectorOf('one word'),
          filter: { op: 'not', filter: { op: 'eq', field: 'kind', value: 'other' } },
        }),
        frequencies: await harness.store.chunks.tokenFrequencies(ref, ['words']),
      });
      const before = await state();
      await reopen();
      expect(await state()).toEqual(before);
    });
  });
}
