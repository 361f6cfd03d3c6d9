import { noUsage } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { documentIdOf, newRevisionOf, revisionOf, runIdOf } from '../builders.ts';
import { neverAborted, type StoreSuiteOptions, testRun, useStore } from './harness.ts';

export function describeRemove(options: StoreSuiteOptions): void {
  describe('remove', () => {
    const harness = useStore(options);
    const a = documentIdOf('a');

    test('a removed document is a tombstone of the next revision, without chunks or usage', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one', 'two']), revisionOf('b', 1, ['one'])]);
      const removed = await harness.remove(ref, ['a'], runIdOf('run-2'));
      expect(removed).toEqual([{ documentId: 'a', revision: expect.any(Number) }]);
      expect(await harness.entry(ref, 'a')).toMatchObject({
        state: 'deleted',
        revision: 2,
        liveRevision: null,
        liveVersion: null,
        chunkCount: 0,
        runId: 'run-2',
        usage: noUsage,
        reason: null,
      });
      expect((await harness.exported(ref)).map((chunk) => chunk.documentId)).toEqual(['b']);
      expect((await harness.recall(ref, { terms: ['one', 'two'] })).bm25).toHaveLength(1);
      expect(await harness.store.chunks.ofDocument(ref, a)).toEqual([]);
      expect(await harness.store.manifest.tally(ref)).toMatchObject({ deleted: 1, searchable: 1, chunks: 1 });
    });

    test('a pending or failed document can be removed', async () => {
      const ref = await harness.corpus();
      await harness.accept(ref, [
        newRevisionOf('a'),
        newRevisionOf('b', { reason: { code: 'malformed', message: 'not JSON' } }),
      ]);
      expect(await harness.remove(ref, ['a', 'b'])).toHaveLength(2);
      for (const id of ['a', 'b']) {
        expect(await harness.entry(ref, id)).toMatchObject({ state: 'deleted', revision: 2, reason: null });
      }
    });

    test('only a document that still has the revision that was decided on is removed', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one']), revisionOf('b', 1, ['two'])]);
      await harness.accept(ref, [newRevisionOf('b')]);
      const decided = ['a', 'b', 'absent'].map((id) => ({ documentId: documentIdOf(id), revision: 1 }));
      const removed = await harness.store.chunks.remove(ref, testRun, decided, neverAborted);
      expect(removed.map(({ documentId }) => documentId)).toEqual(['a']);
      expect(await harness.entry(ref, 'a')).toMatchObject({ state: 'deleted', revision: 2 });
      expect(await harness.entry(ref, 'b')).toMatchObject({ state: 'pending', revision: 2, liveRevision: 1 });
      expect(await harness.entry(ref, 'absent')).toBeUndefined();
      expect((await harness.exported(ref)).map((chunk) => chunk.documentId)).toEqual(['b']);
      expect(await harness.store.chunks.remove(ref, testRun, [], neverAborted)).toEqual([]);
    });

    test('removing again leaves the document deleted', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one'])]);
      for (let time = 0; time < 2; time++) {
        await harness.store.chunks.remove(ref, testRun, [{ documentId: a, revision: 1 }], neverAborted);
      }
      const tombstone = { state: 'deleted', revision: 2, liveRevision: null };
      expect(await harness.entry(ref, 'a')).toMatchObject(tombstone);
    });

    test('a commit that was on its way when its document was removed is superseded', async () => {
      const ref = await harness.corpus();
      await harness.accept(ref, [newRevisionOf('a')]);
      await harness.remove(ref, ['a']);
      for (const revision of [1, 2]) {
        const late = revisionOf('a', revision, ['late']);
        expect(await harness.store.chunks.commit(ref, [late], neverAborted)).toMatchObject([
          { outcome: 'superseded' },
        ]);
      }
      expect(await harness.exported(ref)).toEqual([]);
      expect(await harness.entry(ref, 'a')).toMatchObject({ state: 'deleted', revision: 2 });
    });

    test('a removed document that comes back has a higher revision and is searchable again', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['first'])]);
      await harness.remove(ref, ['a']);
      await harness.accept(ref, [newRevisionOf('a')]);
      expect(await harness.entry(ref, 'a')).toMatchObject({
        state: 'pending',
        revision: 3,
        liveRevision: null,
      });
      await harness.store.chunks.commit(ref, [revisionOf('a', 3, ['third'])], neverAborted);
      expect((await harness.exported(ref)).map((chunk) => chunk.text)).toEqual(['third']);
      expect(await harness.entry(ref, 'a')).toMatchObject({ state: 'live', liveRevision: 3 });
    });
  });
}
