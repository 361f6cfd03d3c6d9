import type { GenerationRef, KeptDocument, NewRevision } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { chunkOf, documentIdOf, newRevisionOf, revisionOf } from '../builders.ts';
import { bitsOf, expectFailure, neverAborted, type StoreSuiteOptions, useStore } from './harness.ts';

export function describeDocuments(options: StoreSuiteOptions): void {
  describe('documents, whole', () => {
    const harness = useStore(options);
    const reason = { code: 'malformed', message: 'no document' } as const;
    const kept = (ref: GenerationRef, ...ids: string[]): Promise<readonly KeptDocument[]> =>
      harness.store.chunks.documents(ref, ids.map(documentIdOf), neverAborted);
    const failed = (id: string, revision: Partial<NewRevision> = {}) =>
      newRevisionOf(id, { ...revision, reason });

    test('come with their entry, their chunks by position, keys and vectors bit for bit', async () => {
      const ref = await harness.corpus();
      const odd = Float32Array.of(0.6, -0, 1e-45, 0.8, 1e-20, -1e-10, 2 ** -126, 0);
      const document = revisionOf(
        'a',
        1,
        [
          'one',
          chunkOf(documentIdOf('a'), 1, 'two', { vector: odd, headings: ['H', '🙂'], start: 7 }),
          chunkOf(documentIdOf('a'), 2, 'three', { place: { page: 12 } }),
          chunkOf(documentIdOf('a'), 3, 'four', { place: { sheet: 'Preise 2026' } }),
        ],
        { title: 'Title', metadata: { list: ['x'], n: 1.5 } },
      );
      await harness.publish(ref, [document]);
      const [found, ...others] = await kept(ref, 'a');
      expect(others).toEqual([]);
      expect(found).toMatchObject({ title: 'Title', metadata: { list: ['x'], n: 1.5 }, isDamaged: false });
      expect(found?.entry).toEqual(await harness.entry(ref, 'a'));
      expect(
        found?.chunks.map(({ vector, ...chunk }) => ({ ...chunk, vector: vector && bitsOf(vector) })),
      ).toEqual(
        document.chunks.map(({ terms: _terms, modelTokens: _tokens, vector, ...chunk }) => ({
          ...chunk,
          vector: bitsOf(vector),
        })),
      );
    });

    test('come in the order asked for; of one that is not known there is nothing', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [
        revisionOf('a', 1, ['a']),
        revisionOf('b', 1, []),
        revisionOf('c', 1, ['c']),
      ]);
      const found = await kept(ref, 'c', 'absent', 'b', 'a');
      expect(found.map(({ entry, chunks }) => [entry.documentId, chunks.length])).toEqual([
        ['c', 1],
        ['b', 0],
        ['a', 1],
      ]);
      expect(await kept(ref)).toEqual([]);
    });

    test('are at the version that readers see, whatever became of a newer one', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('pending', 1, ['old']), revisionOf('failed', 1, ['old'])]);
      await harness.publish(ref, [revisionOf('gone', 1, ['old'])]);
      await harness.accept(ref, [
        newRevisionOf('pending'),
        newRevisionOf('new'),
        failed('failed'),
        failed('bad'),
      ]);
      await harness.remove(ref, ['gone']);
      const found = await kept(ref, 'pending', 'failed', 'new', 'bad', 'gone');
      expect(
        found.map(({ entry, chunks, isDamaged }) => [entry.state, chunks.map(({ text }) => text), isDamaged]),
      ).toEqual([
        ['pending', ['old'], false],
        ['failed', ['old'], false],
        ['pending', [], false],
        ['failed', [], false],
        ['deleted', [], false],
      ]);
    });

    test('that have lost chunks or vectors say so', async ({ skip }) => {
      const { loseChunk, breakVector } = harness.opened;
      if (loseChunk === undefined || breakVector === undefined) return skip('nothing can be damaged here');
      const ref = await harness.corpus();
      const texts = ['one', 'two', 'three'];
      await harness.publish(
        ref,
        ['sound', 'lost', 'broken'].map((id) => revisionOf(id, 1, texts)),
      );
      await loseChunk(ref, documentIdOf('lost'), 1);
      await breakVector(ref, documentIdOf('broken'), 2);
      const found = await kept(ref, 'sound', 'lost', 'broken');
      expect(found.map(({ isDamaged }) => isDamaged)).toEqual([false, true, true]);
      expect(found[1]?.chunks.map(({ position }) => position)).toEqual([0, 2]);
      expect(found[2]?.chunks.map(({ vector }) => vector !== null)).toEqual([true, true, false]);
    });

    test('are not read for who has given up', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['a'])]);
      await expectFailure(
        harness.store.chunks.documents(ref, [documentIdOf('a')], AbortSignal.abort()),
        'canceled',
      );
    });
  });
}
