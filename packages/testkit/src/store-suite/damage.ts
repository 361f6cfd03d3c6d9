import { chunkIdOf, type DocumentId } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { chunkOf, documentIdOf, revisionOf, unitVectorOf } from '../builders.ts';
import { bitsOf, neverAborted, type StoreSuiteOptions, useStore } from './harness.ts';

export function describeDamage(options: StoreSuiteOptions): void {
  describe('damage', () => {
    const harness = useStore(options);
    const a = documentIdOf('a');

    test('a document that lost a chunk is exported with the rest and named', async (context) => {
      const { loseChunk } = harness.opened;
      if (loseChunk === undefined) return context.skip('the backend gives no way to lose a chunk');
      const ref = await harness.corpus();
      await harness.publish(ref, [
        revisionOf('a', 1, ['one', 'two', 'three']),
        revisionOf('b', 1, ['whole']),
        revisionOf('c', 1, ['only']),
      ]);
      await loseChunk(ref, a, 1);
      await loseChunk(ref, documentIdOf('c'), 0);
      for (const vectors of [false, true]) {
        const damaged: DocumentId[] = [];
        const onDamaged = (documentId: DocumentId) => void damaged.push(documentId);
        const exported = await harness.exported(ref, { vectors, onDamaged });
        expect(exported.map((chunk) => chunk.text)).toEqual(['one', 'three', 'whole']);
        expect(damaged).toEqual(['a', 'c']);
      }
      expect((await harness.store.chunks.ofDocument(ref, a)).map(({ position }) => position)).toEqual([0, 2]);
      const census = await harness.store.chunks.census(ref, { limit: 10 }, neverAborted);
      expect(census.map(({ chunks }) => chunks).sort()).toEqual([1, 2]);
    });

    test('an export of what is whole names nothing', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one', 'two']), revisionOf('b', 1, [])]);
      const damaged: DocumentId[] = [];
      await harness.exported(ref, { vectors: true, onDamaged: (id) => void damaged.push(id) });
      expect(damaged).toEqual([]);
    });

    test('a chunk with a spoiled vector is counted as broken, and its neighbours are found as before', async (context) => {
      const { breakVector } = harness.opened;
      if (breakVector === undefined) return context.skip('the backend gives no way to spoil a vector');
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one', 'two', 'three']), revisionOf('b', 1, ['four'])]);
      await breakVector(ref, a, 1);
      const census = await harness.store.chunks.census(ref, { limit: 10 }, neverAborted);
      const counts = census.map(({ chunks, broken }) => ({ chunks, broken }));
      expect(counts).toHaveLength(2);
      expect(counts).toContainEqual({ chunks: 3, broken: 1 });
      expect(counts).toContainEqual({ chunks: 1, broken: 0 });
      const { dense, chunks } = await harness.recall(ref, { vector: unitVectorOf('three') });
      expect(chunks.get(dense[0]?.chunkId ?? ('' as never))?.text).toBe('three');
      expect((await harness.recall(ref, { terms: ['two'] })).bm25).toHaveLength(1);
    });

    test('a spoiled vector is never given out by its key, a sound one of the same key is', async (context) => {
      const { breakVector } = harness.opened;
      if (breakVector === undefined) return context.skip('the backend gives no way to spoil a vector');
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one', 'shared']), revisionOf('b', 1, ['shared'])]);
      const { embeddingKey: one } = chunkOf(a, 0, 'one');
      const { embeddingKey: shared, vector } = chunkOf(a, 1, 'shared');
      await breakVector(ref, a, 0);
      await breakVector(ref, a, 1);
      const found = await harness.store.chunks.vectorsByKey(ref, [one, shared]);
      expect([...found].map(([key, value]) => [key, bitsOf(value)])).toEqual([[shared, bitsOf(vector)]]);
    });

    test('a spoiled vector is null in an export with vectors, and its document is named', async (context) => {
      const { breakVector } = harness.opened;
      if (breakVector === undefined) return context.skip('the backend gives no way to spoil a vector');
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one', 'two']), revisionOf('b', 1, ['three'])]);
      await breakVector(ref, a, 1);
      const damaged: DocumentId[] = [];
      const onDamaged = (documentId: DocumentId) => void damaged.push(documentId);
      const exported = await harness.exported(ref, { vectors: true, onDamaged });
      expect(exported.map(({ text, vector }) => [text, vector === null])).toEqual([
        ['one', false],
        ['two', true],
        ['three', false],
      ]);
      expect(damaged).toEqual(['a']);
    });

    test('a damaged document is whole again once its next version is committed', async (context) => {
      const { breakVector, loseChunk } = harness.opened;
      if (breakVector === undefined || loseChunk === undefined) {
        return context.skip('the backend gives no way to damage a document');
      }
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one', 'two', 'three'])]);
      await loseChunk(ref, a, 0);
      await breakVector(ref, a, 2);
      await harness.publish(ref, [revisionOf('a', 2, ['one', 'two', 'three'])]);
      const damaged: DocumentId[] = [];
      const exported = await harness.exported(ref, {
        vectors: true,
        onDamaged: (id) => void damaged.push(id),
      });
      expect(exported.map(({ chunkId }) => chunkId)).toEqual(
        ['one', 'two', 'three'].map((text, position) => chunkIdOf(a, position, text)),
      );
      expect(damaged).toEqual([]);
      const census = await harness.store.chunks.census(ref, { limit: 10 }, neverAborted);
      expect(census).toMatchObject([{ revision: 2, chunks: 3, broken: 0 }]);
      expect((await harness.recall(ref, { vector: unitVectorOf('three') })).dense).toHaveLength(3);
    });
  });
}
