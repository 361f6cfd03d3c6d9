import type { Filter, IndexedChunk } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { revisionOf, unitVectorOf } from '../builders.ts';
import { unitVector } from '../random.ts';
import { documentsOf, expectFailure, type StoreSuiteOptions, useStore } from './harness.ts';

const dot = (left: Float32Array, right: Float32Array) =>
  left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);

export function describeRecall(options: StoreSuiteOptions): void {
  describe('recall', () => {
    const harness = useStore(options);

    test('the dense leg is exact: cosine similarity, best first', async () => {
      const dimensions = 24;
      const ref = await harness.corpus(dimensions);
      const documents = Array.from({ length: 50 }, (_, index) =>
        revisionOf(`d${index}`, 1, [`first ${index}`, `second ${index}`], { dimensions }),
      );
      await harness.publish(ref, documents);
      const chunks = documents.flatMap((document) => document.chunks);
      for (let seed = 0; seed < 5; seed++) {
        const vector = unitVector(seed, dimensions);
        const { dense } = await harness.recall(ref, { vector, k: 20 });
        const expected = nearest(chunks, vector).slice(0, 20);
        expect(dense.map((hit) => hit.chunkId)).toEqual(expected.map((hit) => hit.chunkId));
        for (const [rank, hit] of dense.entries())
          expect(hit.score).toBeCloseTo(expected[rank]?.score ?? 2, 5);
      }
    });

    test('a vector finds itself with a similarity of 1, its opposite with -1', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['text'])]);
      const vector = unitVectorOf('text');
      expect((await harness.recall(ref, { vector })).dense[0]?.score).toBeCloseTo(1, 5);
      const opposite = vector.map((value) => -value);
      expect((await harness.recall(ref, { vector: opposite })).dense[0]?.score).toBeCloseTo(-1, 5);
    });

    test('an index that got ready finds what it finds anyway, and leaves it to the recall to say what is wrong', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['text'])]);
      const vector = unitVectorOf('text');
      harness.store.chunks.getReady(ref);
      expect((await harness.recall(ref, { vector })).dense).toHaveLength(1);
      const absent = { ...ref, physicalName: 'absent' as typeof ref.physicalName };
      harness.store.chunks.getReady(absent);
      await expectFailure(harness.recall(absent, { vector }), 'not_found');
    });

    test('each leg holds at most k hits, and the chunks are those of both', async () => {
      const ref = await harness.corpus();
      const texts = Array.from({ length: 12 }, (_, index) => `word number ${index}`);
      await harness.publish(ref, [revisionOf('a', 1, texts)]);
      const result = await harness.recall(ref, {
        terms: ['word', '3'],
        vector: unitVectorOf('word number 9'),
        k: 4,
      });
      expect(result.bm25).toHaveLength(4);
      expect(result.dense).toHaveLength(4);
      expect(result.chunks.get(result.bm25[0]?.chunkId ?? ('' as never))?.text).toBe('word number 3');
      expect(result.chunks.get(result.dense[0]?.chunkId ?? ('' as never))?.text).toBe('word number 9');
      const ids = [...result.bm25, ...result.dense].map((hit) => hit.chunkId);
      expect(new Set(result.chunks.keys())).toEqual(new Set(ids));
    });

    test('hits say where they stand, and of those that are wanted the chunks come, with what stands around them', async () => {
      const ref = await harness.corpus();
      const texts = Array.from({ length: 9 }, (_, index) => `word number ${index}`);
      await harness.publish(ref, [revisionOf('a', 1, texts), revisionOf('b', 1, ['word number 0'])]);
      // A replaced version may still be found while it is not said what is wanted.
      await harness.publish(ref, [revisionOf('b', 2, ['word number 0', 'another'])]);
      const asked: (readonly string[])[] = [];
      const found = await harness.recall(ref, {
        terms: ['word', '5'],
        vector: unitVectorOf('word number 8'),
        k: 6,
        wanted({ bm25, dense }) {
          asked.push(
            bm25.map(({ chunkId }) => chunkId),
            dense.map(({ chunkId }) => chunkId),
          );
          const best = [...bm25.slice(0, 1), ...dense.slice(0, 1)].map(({ chunkId }) => chunkId);
          return { texts: best, around: { of: best, reach: 2 }, tokenVectors: best };
        },
      });
      const [first, nearest] = [found.bm25[0], found.dense[0]];
      expect(first).toMatchObject({ documentId: 'a', position: 5 });
      expect(nearest).toMatchObject({ documentId: 'a', position: 8 });
      expect(found.chunks.get(first?.chunkId ?? ('' as never))?.text).toBe('word number 5');
      expect(found.chunks.get(nearest?.chunkId ?? ('' as never))?.text).toBe('word number 8');
      for (const [chunkId, positions] of [
        [first?.chunkId, [3, 4, 5, 6, 7]],
        [nearest?.chunkId, [6, 7, 8]],
      ] as const) {
        const around = found.around.get(chunkId ?? ('' as never));
        if (around !== undefined) expect(around.map(({ position }) => position)).toEqual(positions);
      }
      for (const ids of asked) expect(new Set(ids).size).toBe(ids.length);
      const nothing = { texts: [], around: { of: [], reach: 0 }, tokenVectors: [] };
      const bare = await harness.recall(ref, { terms: ['word', '5'], k: 6, wanted: () => nothing });
      expect(bare.bm25).toEqual(found.bm25);
    });

    test('a leg that is null or has no terms is empty', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['word'])]);
      const vector = unitVectorOf('word');
      expect(await harness.recall(ref, { terms: ['word'] })).toMatchObject({ bm25: [{}], dense: [] });
      expect(await harness.recall(ref, { vector })).toMatchObject({ bm25: [], dense: [{}] });
      expect(await harness.recall(ref, { terms: [], vector })).toMatchObject({ bm25: [], dense: [{}] });
      expect(await harness.recall(ref, {})).toEqual({
        bm25: [],
        dense: [],
        chunks: new Map(),
        around: new Map(),
        termsLeftOut: 0,
      });
    });

    test('a vector of another length is refused', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['word'])]);
      for (const length of [7, 9, 0]) {
        const vector = new Float32Array(length).fill(0.3);
        await expectFailure(harness.recall(ref, { terms: ['word'], vector }), 'invalid_argument');
      }
    });

    test('equal scores are ordered by chunk id, also where k cuts through them', async () => {
      const ref = await harness.corpus();
      const documents = Array.from({ length: 40 }, (_, index) =>
        revisionOf(`twin-${index}`, 1, ['twin text']),
      );
      await harness.publish(ref, [...documents, revisionOf('other', 1, ['another thing'])]);
      const ordered = documents.map((document) => document.chunks[0]?.chunkId).sort();
      for (const k of [5, 40]) {
        const result = await harness.recall(ref, { terms: ['twin'], vector: unitVectorOf('twin text'), k });
        expect(result.bm25.map((hit) => hit.chunkId)).toEqual(ordered.slice(0, k));
        expect(result.dense.map((hit) => hit.chunkId)).toEqual(ordered.slice(0, k));
      }
    });

    test('filters work inside both legs: k hits remain though others score better', async () => {
      const ref = await harness.corpus();
      const best = Array.from({ length: 30 }, (_, index) =>
        revisionOf(`best-${index}`, 1, ['target target target'], { metadata: { kind: 'best' } }),
      );
      const wanted = Array.from({ length: 6 }, (_, index) =>
        revisionOf(`wanted-${index}`, 1, [`target among other words ${index}`], {
          metadata: { kind: 'wanted' },
        }),
      );
      await harness.publish(ref, [...best, ...wanted]);
      const filter: Filter = { op: 'eq', field: 'kind', value: 'wanted' };
      const query = { terms: ['target'], vector: unitVectorOf('target target target'), filter };
      const result = await harness.recall(ref, { ...query, k: 5 });
      for (const leg of ['bm25', 'dense'] as const) {
        expect(documentsOf(result, leg)).toHaveLength(5);
        expect(documentsOf(result, leg).every((id) => id?.startsWith('wanted-'))).toBe(true);
      }
    });

    test('chunks of removed and replaced revisions take no place among the hits', async () => {
      const ref = await harness.corpus();
      const many = Array.from({ length: 20 }, (_, index) => `d${index}`);
      await harness.publish(
        ref,
        many.map((id) => revisionOf(id, 1, ['target target'])),
      );
      await harness.publish(ref, [revisionOf('kept', 1, ['target and more'])]);
      // Vectors may be kept in memory from the first search on.
      await harness.recall(ref, { vector: unitVectorOf('target target') });
      await harness.publish(
        ref,
        many.slice(0, 10).map((id) => revisionOf(id, 2, ['something else'])),
      );
      await harness.remove(ref, many.slice(10));
      const result = await harness.recall(ref, {
        terms: ['target'],
        vector: unitVectorOf('target target'),
        k: 5,
      });
      expect(documentsOf(result, 'bm25')).toEqual(['kept']);
      expect(documentsOf(result, 'dense')).toHaveLength(5);
    });

    test('an aborted recall throws', async () => {
      const ref = await harness.corpus();
      const aborted = harness.recall(ref, { terms: ['word'], signal: AbortSignal.abort() });
      await expectFailure(aborted, 'canceled');
    });
  });
}

/** Exact search in double precision: what the dense leg must agree with. */
function nearest(chunks: readonly IndexedChunk[], vector: Float32Array) {
  return chunks
    .map((chunk) => ({ chunkId: chunk.chunkId, score: dot(chunk.vector, vector) }))
    .sort((left, right) => right.score - left.score);
}
