import { documentKeyOf, type FailureReason, noUsage, type SourceId } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { contentHashOf, documentIdOf, newRevisionOf, revisionOf, runIdOf } from '../builders.ts';
import { type StoreSuiteOptions, testRun, useStore } from './harness.ts';

const unreadable: FailureReason = { code: 'unreadable', message: 'the file is locked: "a".txt 文件' };
const secondRun = runIdOf('run-2');

export function describeManifest(options: StoreSuiteOptions): void {
  describe('manifest: accepting and adopting', () => {
    const harness = useStore(options);
    const a = documentIdOf('a');

    test('an accepted document is pending at revision 1 with all that was said of it', async () => {
      const ref = await harness.corpus();
      const location = { path: '文档/a "b".txt', line: 12, offset: 1_234_567_890_123 };
      const sourceId = 'wiki' as SourceId;
      const bytes = 5_000_000_000;
      const accepted = newRevisionOf('a', { location, lane: 3, sourceId, bytes });
      expect(await harness.store.manifest.accept(ref, testRun, [accepted])).toEqual([
        { documentId: 'a', revision: 1 },
      ]);
      const entry = await harness.entry(ref, 'a');
      expect(entry).toEqual({
        documentId: 'a',
        sourceId,
        state: 'pending',
        revision: 1,
        liveRevision: null,
        liveVersion: null,
        chunkCount: 0,
        contentHash: contentHashOf('a'),
        bytes,
        location,
        making: null,
        lane: 3,
        attempts: 0,
        reason: null,
        dismissed: false,
        runId: testRun,
        usage: noUsage,
        updatedAt: expect.any(String),
      });
      expect(new Date(entry?.updatedAt ?? '').toISOString()).toBe(entry?.updatedAt);
    });

    test('ids without an entry are absent from the answer', async () => {
      const ref = await harness.corpus();
      await harness.accept(ref, [newRevisionOf('a')]);
      const entries = await harness.store.manifest.get(ref, [a, documentIdOf('b')]);
      expect([...entries.keys()]).toEqual(['a']);
      expect(await harness.store.manifest.get(ref, [])).toEqual(new Map());
    });

    test('entries are found by key as by id, and include every write that was finished before', async () => {
      const ref = await harness.corpus();
      await harness.accept(ref, [newRevisionOf('a'), newRevisionOf('b')]);
      await harness.publish(ref, [revisionOf('a', 1, ['one'])]);
      const keys = ['a', 'absent', 'b'].map((id) => documentKeyOf(documentIdOf(id)));
      const byId = await harness.store.manifest.get(ref, ['a', 'absent', 'b'].map(documentIdOf));
      expect(await harness.store.manifest.getByKey(ref, keys)).toEqual(
        new Map([...byId.values()].map((entry) => [documentKeyOf(entry.documentId), entry])),
      );
      expect(byId.size).toBe(2);
      expect(await harness.store.manifest.getByKey(ref, [])).toEqual(new Map());
    });

    test('accepting again raises the revision, starts attempts again and keeps what is live', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one', 'two'])]);
      const contentHash = contentHashOf('a changed');
      const changed = { contentHash, lane: 2, bytes: null, sourceId: 'wiki' as SourceId };
      await harness.accept(ref, [newRevisionOf('a', changed)], secondRun);
      expect(await harness.entry(ref, 'a')).toMatchObject({
        ...changed,
        state: 'pending',
        revision: 2,
        liveRevision: 1,
        chunkCount: 2,
        attempts: 0,
        reason: null,
        runId: secondRun,
        usage: noUsage,
      });
      expect((await harness.recall(ref, { terms: ['one'] })).bm25).toHaveLength(1);
    });

    test('a version is written only over the revision that it was decided on', async () => {
      const ref = await harness.corpus();
      await harness.accept(ref, [newRevisionOf('twice'), newRevisionOf('once')]);
      await harness.accept(ref, [newRevisionOf('twice')]);
      const overs = { twice: 1, once: 1, fresh: 0, absent: 3 };
      const decided = Object.entries(overs).map(([id, over]) =>
        newRevisionOf(id, { over, contentHash: contentHashOf('late') }),
      );
      const again = newRevisionOf('once', { contentHash: contentHashOf('late') });
      expect(await harness.store.manifest.accept(ref, testRun, decided)).toEqual([
        { documentId: 'once', revision: 2 },
        { documentId: 'fresh', revision: 1 },
      ]);
      expect(await harness.store.manifest.accept(ref, testRun, [again])).toEqual([]);
      const twice = { revision: 2, contentHash: contentHashOf('twice') };
      expect(await harness.entry(ref, 'twice')).toMatchObject(twice);
      expect(await harness.entry(ref, 'once')).toMatchObject({ revision: 2 });
      expect(await harness.entry(ref, 'absent')).toBeUndefined();
    });

    test('of several who decided on one revision at the same time, one writes', async () => {
      const ref = await harness.corpus();
      const contents = ['left', 'right', 'third'];
      for (const over of [0, 1]) {
        const written = await Promise.all(
          contents.map((content) =>
            harness.store.manifest.accept(
              ref,
              testRun,
              ['a', 'b'].map((id) => newRevisionOf(id, { over, contentHash: contentHashOf(content) })),
            ),
          ),
        );
        for (const id of ['a', 'b']) {
          const winners = contents.filter((_, index) =>
            written[index]?.some((document) => document.documentId === id),
          );
          expect(winners).toHaveLength(1);
          expect(await harness.entry(ref, id)).toMatchObject({
            revision: over + 1,
            contentHash: contentHashOf(winners[0] ?? ''),
          });
        }
      }
    });

    test('a document that could not be read is failed with its reason at once', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one'])]);
      await harness.accept(ref, [
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
      await harness.accept(ref, [newRevisionOf('a', { reason: unreadable })]);
      await harness.accept(ref, [newRevisionOf('a')]);
      expect(await harness.entry(ref, 'a')).toMatchObject({ state: 'pending', revision: 2, reason: null });
    });

    test('adopting hands what is pending at that revision over with its new place, and nothing else', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('live', 1, ['one'])]);
      await harness.accept(ref, [
        newRevisionOf('a'),
        newRevisionOf('newer'),
        newRevisionOf('failed', { reason: unreadable }),
      ]);
      await harness.accept(ref, [newRevisionOf('newer')]);
      await harness.store.manifest.countAttempt(ref, [{ documentId: a, revision: 1 }]);
      await harness.store.manifest.admit(ref, secondRun);
      const location = { path: 'moved', offset: 7 };
      const documents = ['a', 'newer', 'live', 'failed', 'absent'].map((id) => ({
        documentId: documentIdOf(id),
        revision: 1,
        location,
      }));
      const adopted = await harness.store.manifest.adopt(ref, secondRun, documents);
      expect(adopted).toEqual([expect.objectContaining({ documentId: 'a', revision: 1 })]);
      const handedOver = { runId: secondRun, attempts: 0, revision: 1, location };
      expect(await harness.entry(ref, 'a')).toMatchObject(handedOver);
      for (const [id, state] of [
        ['newer', 'pending'],
        ['live', 'live'],
        ['failed', 'failed'],
      ] as const) {
        expect(await harness.entry(ref, id)).toMatchObject({ runId: testRun, state, location: { path: id } });
      }
      expect(await harness.entry(ref, 'absent')).toBeUndefined();
    });
  });
}
