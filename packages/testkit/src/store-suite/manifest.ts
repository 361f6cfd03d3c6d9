import type { FailureReason } from '@winnow/core';
import { noUsage } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { contentHashOf, documentIdOf, newRevisionOf, revisionOf, runIdOf } from '../builders.ts';
import { neverAborted, type StoreSuiteOptions, testRun, useStore } from './harness.ts';

const unreadable: FailureReason = { code: 'unreadable', message: 'the file is locked: "a".txt 文件' };
const gaveUp: FailureReason = { code: 'gave_up', message: 'tried 5 times' };
const secondRun = runIdOf('run-2');

export function describeManifest(options: StoreSuiteOptions): void {
  describe('manifest', () => {
    const harness = useStore(options);
    const a = documentIdOf('a');

    test('an accepted document is pending at revision 1 with all that was said of it', async () => {
      const ref = await harness.corpus();
      const location = { path: '文档/a "b".txt', line: 12, offset: 1_234_567_890_123 };
      await harness.store.manifest.accept(ref, testRun, [newRevisionOf('a', { location, lane: 3 })]);
      const entry = await harness.entry(ref, 'a');
      expect(entry).toEqual({
        documentId: 'a',
        state: 'pending',
        revision: 1,
        liveRevision: null,
        chunkCount: 0,
        contentHash: contentHashOf('a'),
        location,
        lane: 3,
        attempts: 0,
        reason: null,
        runId: testRun,
        usage: noUsage,
        updatedAt: expect.any(String),
      });
      expect(new Date(entry?.updatedAt ?? '').toISOString()).toBe(entry?.updatedAt);
    });

    test('ids without an entry are absent from the answer', async () => {
      const ref = await harness.corpus();
      await harness.store.manifest.accept(ref, testRun, [newRevisionOf('a')]);
      const entries = await harness.store.manifest.get(ref, [a, documentIdOf('b')]);
      expect([...entries.keys()]).toEqual(['a']);
      expect(await harness.store.manifest.get(ref, [])).toEqual(new Map());
    });

    test('accepting again raises the revision, starts attempts again and keeps what is live', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one', 'two'])]);
      const contentHash = contentHashOf('a changed');
      await harness.store.manifest.accept(ref, secondRun, [newRevisionOf('a', { contentHash, lane: 2 })]);
      expect(await harness.entry(ref, 'a')).toMatchObject({
        state: 'pending',
        revision: 2,
        liveRevision: 1,
        chunkCount: 2,
        contentHash,
        lane: 2,
        attempts: 0,
        reason: null,
        runId: secondRun,
        usage: noUsage,
      });
      expect((await harness.recall(ref, { terms: ['one'] })).bm25).toHaveLength(1);
    });

    test('of two writers of one document the last wins with the higher revision', async () => {
      const ref = await harness.corpus();
      const contents = ['left', 'right', 'third'];
      await Promise.all(
        contents.map((content) =>
          harness.store.manifest.accept(ref, runIdOf(content), [
            newRevisionOf('a', { contentHash: contentHashOf(content) }),
            newRevisionOf('b', { contentHash: contentHashOf(content) }),
          ]),
        ),
      );
      for (const id of ['a', 'b']) {
        const entry = await harness.entry(ref, id);
        expect(entry).toMatchObject({ state: 'pending', revision: 3 });
        expect(entry?.contentHash).toBe(contentHashOf(entry?.runId ?? ''));
      }
    });

    test('a document that could not be read is failed with its reason at once', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one'])]);
      await harness.store.manifest.accept(ref, secondRun, [
        newRevisionOf('a', { reason: unreadable }),
        newRevisionOf('b', { reason: unreadable }),
        newRevisionOf('c'),
      ]);
      const failed = { state: 'failed', reason: unreadable };
      expect(await harness.entry(ref, 'a')).toMatchObject({ ...failed, revision: 2, liveRevision: 1 });
      expect(await harness.entry(ref, 'b')).toMatchObject({ ...failed, revision: 1, liveRevision: null });
      expect(await harness.entry(ref, 'c')).toMatchObject({ state: 'pending', reason: null });
    });

    test('a failed document that is accepted again is pending without a reason', async () => {
      const ref = await harness.corpus();
      await harness.store.manifest.accept(ref, testRun, [newRevisionOf('a', { reason: unreadable })]);
      await harness.store.manifest.accept(ref, testRun, [newRevisionOf('a')]);
      expect(await harness.entry(ref, 'a')).toMatchObject({ state: 'pending', revision: 2, reason: null });
    });

    test('adopting hands pending entries to another run with attempts from 0, and no others', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('live', 1, ['one'])]);
      await harness.store.manifest.accept(ref, testRun, [
        newRevisionOf('a'),
        newRevisionOf('failed', { reason: unreadable }),
      ]);
      await harness.store.manifest.countAttempt(ref, [{ documentId: a, revision: 1 }]);
      const ids = ['a', 'live', 'failed', 'absent'].map(documentIdOf);
      await harness.store.manifest.adopt(ref, secondRun, ids);
      expect(await harness.entry(ref, 'a')).toMatchObject({ runId: secondRun, attempts: 0, revision: 1 });
      expect(await harness.entry(ref, 'live')).toMatchObject({ runId: testRun, state: 'live' });
      expect(await harness.entry(ref, 'failed')).toMatchObject({ runId: testRun, state: 'failed' });
      expect(await harness.entry(ref, 'absent')).toBeUndefined();
    });

    test('an attempt counts only while that revision is pending', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('live', 1, ['one'])]);
      await harness.store.manifest.accept(ref, testRun, [newRevisionOf('a'), newRevisionOf('b')]);
      await harness.store.manifest.accept(ref, testRun, [newRevisionOf('b')]);
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

    test('attempts counted at the same time are all counted', async () => {
      const ref = await harness.corpus();
      await harness.store.manifest.accept(ref, testRun, [newRevisionOf('a')]);
      const counted = [{ documentId: a, revision: 1 }];
      await Promise.all(Array.from({ length: 5 }, () => harness.store.manifest.countAttempt(ref, counted)));
      expect(await harness.entry(ref, 'a')).toMatchObject({ attempts: 5 });
    });

    test('failing a pending revision records the reason and leaves what is live', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one'])]);
      await harness.store.manifest.accept(ref, testRun, [newRevisionOf('a')]);
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
      await harness.store.chunks.remove(ref, testRun, [documentIdOf('deleted')], neverAborted);
      await harness.store.manifest.accept(ref, testRun, [newRevisionOf('newer')]);
      await harness.store.manifest.accept(ref, testRun, [newRevisionOf('newer')]);
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
  });
}
