import type { FailureReason } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { documentIdOf, newRevisionOf, revisionOf } from '../builders.ts';
import { type StoreSuiteOptions, useStore } from './harness.ts';

const gaveUp: FailureReason = { code: 'gave_up', message: 'tried 5 times' };

export function describeManifestOutcomes(options: StoreSuiteOptions): void {
  describe('manifest: attempts, failures and dismissals', () => {
    const harness = useStore(options);
    const a = documentIdOf('a');

    test('an attempt counts only while that revision is pending', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('live', 1, ['one'])]);
      await harness.accept(ref, [newRevisionOf('a'), newRevisionOf('b')]);
      await harness.accept(ref, [newRevisionOf('b')]);
      const documents = ['a', 'b', 'live', 'absent'].map((id) => ({
        documentId: documentIdOf(id),
        revision: 1,
      }));
      await harness.store.manifest.countAttempt(ref, documents);
      await harness.store.manifest.countAttempt(ref, documents);
      expect(await harness.entry(ref, 'a')).toMatchObject({ attempts: 2 });
      expect(await harness.entry(ref, 'b')).toMatchObject({ attempts: 0, revision: 2 });
      expect(await harness.entry(ref, 'live')).toMatchObject({ attempts: 0, state: 'live' });
      expect(await harness.entry(ref, 'absent')).toBeUndefined();
    });

    test('an attempt that was no fault of the document is taken back, never below none', async () => {
      const ref = await harness.corpus();
      await harness.accept(ref, [newRevisionOf('a')]);
      const counted = [{ documentId: a, revision: 1 }];
      const attempts = async (by?: 1 | -1) => {
        await harness.store.manifest.countAttempt(ref, counted, by);
        return (await harness.entry(ref, 'a'))?.attempts;
      };
      expect(await attempts()).toBe(1);
      expect(await attempts(1)).toBe(2);
      expect(await attempts(-1)).toBe(1);
      expect(await attempts(-1)).toBe(0);
      expect(await attempts(-1)).toBe(0);
      expect(await attempts()).toBe(1);
    });

    test('attempts counted at the same time are all counted', async () => {
      const ref = await harness.corpus();
      await harness.accept(ref, [newRevisionOf('a')]);
      const counted = [{ documentId: a, revision: 1 }];
      await Promise.all(Array.from({ length: 5 }, () => harness.store.manifest.countAttempt(ref, counted)));
      expect(await harness.entry(ref, 'a')).toMatchObject({ attempts: 5 });
    });

    test('failing a pending revision records the reason and leaves what is live', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one'])]);
      await harness.accept(ref, [newRevisionOf('a')]);
      await harness.store.manifest.fail(ref, [{ documentId: a, revision: 2, reason: gaveUp }]);
      expect(await harness.entry(ref, 'a')).toMatchObject({
        state: 'failed',
        reason: gaveUp,
        revision: 2,
        liveRevision: 1,
        chunkCount: 1,
      });
      expect((await harness.recall(ref, { terms: ['one'] })).bm25).toHaveLength(1);
    });

    test('failing does nothing to a newer, live, deleted or unknown revision', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('live', 1, ['one']), revisionOf('deleted', 1, ['two'])]);
      await harness.remove(ref, ['deleted']);
      await harness.accept(ref, [newRevisionOf('newer')]);
      await harness.accept(ref, [newRevisionOf('newer')]);
      const failures = ['live', 'deleted', 'newer', 'absent'].flatMap((id) =>
        [1, ...(id === 'deleted' ? [2] : [])].map((revision) => ({
          documentId: documentIdOf(id),
          revision,
          reason: gaveUp,
        })),
      );
      await harness.store.manifest.fail(ref, failures);
      expect(await harness.entry(ref, 'live')).toMatchObject({ state: 'live', reason: null });
      expect(await harness.entry(ref, 'deleted')).toMatchObject({ state: 'deleted', reason: null });
      expect(await harness.entry(ref, 'newer')).toMatchObject({ state: 'pending', reason: null });
      expect(await harness.entry(ref, 'absent')).toBeUndefined();
    });

    test('only what is still failed at that revision is dismissed, until the document changes', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('live', 1, ['one'])]);
      await harness.accept(ref, [
        newRevisionOf('a', { reason: gaveUp }),
        newRevisionOf('changed', { reason: gaveUp }),
        newRevisionOf('pending'),
      ]);
      await harness.accept(ref, [newRevisionOf('changed', { reason: gaveUp })]);
      const documents = ['a', 'changed', 'pending', 'live', 'absent'].map((id) => ({
        documentId: documentIdOf(id),
        revision: 1,
      }));
      expect(await harness.store.manifest.dismiss(ref, documents)).toBe(1);
      expect(await harness.entry(ref, 'a')).toMatchObject({
        state: 'failed',
        dismissed: true,
        reason: gaveUp,
      });
      for (const id of ['changed', 'pending', 'live']) {
        expect(await harness.entry(ref, id)).toMatchObject({ dismissed: false });
      }
      expect(await harness.store.manifest.tally(ref)).toMatchObject({ failed: 2, dismissed: 1 });

      await harness.accept(ref, [newRevisionOf('a', { reason: gaveUp })]);
      expect(await harness.entry(ref, 'a')).toMatchObject({ state: 'failed', dismissed: false });
      expect(await harness.store.manifest.tally(ref)).toMatchObject({ failed: 2, dismissed: 0 });
      expect(await harness.store.manifest.dismiss(ref, [])).toBe(0);
    });
  });
}
