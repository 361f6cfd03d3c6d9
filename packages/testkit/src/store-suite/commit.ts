import { describe, expect, test } from 'vitest';
import {
  chunkOf,
  contentHashOf,
  documentIdOf,
  newRevisionOf,
  revisionOf,
  runIdOf,
  termsOf,
  testMaking,
} from '../builders.ts';
import { documentsOf, neverAborted, type StoreSuiteOptions, testRun, useStore } from './harness.ts';

export function describeCommit(options: StoreSuiteOptions): void {
  describe('commit', () => {
    const harness = useStore(options);

    test('a committed revision is live and can be read whole', async () => {
      const ref = await harness.corpus();
      const document = revisionOf('a', 1, ['one fox', 'two foxes'], {
        title: 'Foxes "quoted" 狐狸',
        metadata: { year: 2024, tags: ['x', 'y'], draft: false, 语言: 'zh', scores: [1, 2.5], empty: [] },
        contentHash: contentHashOf('read later'),
      });
      await harness.accept(ref, [newRevisionOf('a')]);
      const results = await harness.store.chunks.commit(ref, [document], neverAborted);
      expect(results).toEqual([{ documentId: 'a', revision: 1, outcome: 'committed' }]);
      expect(await harness.entry(ref, 'a')).toMatchObject({
        state: 'live',
        revision: 1,
        liveRevision: 1,
        chunkCount: 2,
        contentHash: contentHashOf('read later'),
        usage: document.usage,
        reason: null,
        runId: testRun,
      });
      const stored = document.chunks.map(({ terms, modelTokens, embeddingKey, vector, ...chunk }) => ({
        ...chunk,
        documentId: 'a',
        title: document.title,
        metadata: document.metadata,
      }));
      expect(await harness.store.chunks.ofDocument(ref, documentIdOf('a'))).toEqual(stored);
      const { chunks } = await harness.recall(ref, { terms: ['fox', 'foxes'] });
      expect([...chunks.values()].sort((left, right) => left.position - right.position)).toEqual(stored);
    });

    test('repeating a commit changes nothing', async () => {
      const ref = await harness.corpus();
      const document = revisionOf('a', 1, ['one', 'two']);
      await harness.accept(ref, [newRevisionOf('a')]);
      for (let time = 0; time < 3; time++) {
        const results = await harness.store.chunks.commit(ref, [document], neverAborted);
        expect(results).toEqual([{ documentId: 'a', revision: 1, outcome: 'committed' }]);
      }
      expect(await harness.exported(ref)).toHaveLength(2);
      expect((await harness.recall(ref, { terms: ['one', 'two'] })).bm25).toHaveLength(2);
      expect((await harness.store.manifest.tally(ref)).chunks).toBe(2);
    });

    test('the same commit at the same time by two workers leaves one set of chunks', async () => {
      const ref = await harness.corpus();
      const document = revisionOf('a', 1, ['one', 'two']);
      await harness.accept(ref, [newRevisionOf('a')]);
      await Promise.all([
        harness.store.chunks.commit(ref, [document], neverAborted),
        harness.store.chunks.commit(ref, [document], neverAborted),
      ]);
      expect(await harness.entry(ref, 'a')).toMatchObject({ state: 'live', liveRevision: 1, chunkCount: 2 });
      expect(await harness.exported(ref)).toHaveLength(2);
    });

    test('a newer revision takes the place of the one before', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['shared words', 'old words', 'older words'])]);
      await harness.publish(ref, [revisionOf('a', 2, ['shared words', 'new words'], { title: 'New' })]);
      const exported = await harness.exported(ref);
      expect(exported.map((chunk) => chunk.text)).toEqual(['shared words', 'new words']);
      expect(exported.map((chunk) => chunk.title)).toEqual(['New', 'New']);
      expect((await harness.recall(ref, { terms: ['old', 'older'] })).bm25).toEqual([]);
      expect((await harness.recall(ref, { terms: ['words'] })).bm25).toHaveLength(2);
      expect(await harness.entry(ref, 'a')).toMatchObject({ liveRevision: 2, chunkCount: 2 });
      const oldKey = chunkOf(documentIdOf('a'), 1, 'old words').embeddingKey;
      expect(await harness.store.chunks.vectorsByKey(ref, [oldKey])).toEqual(new Map());
    });

    test('a commit that a newer accepted version overtook is superseded and leaves nothing', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['first'])]);
      await harness.accept(ref, [newRevisionOf('a')]);
      await harness.accept(ref, [newRevisionOf('a')]);
      const late = revisionOf('a', 2, ['second']);
      expect(await harness.store.chunks.commit(ref, [late], neverAborted)).toEqual([
        { documentId: 'a', revision: 2, outcome: 'superseded' },
      ]);
      expect(await harness.entry(ref, 'a')).toMatchObject({ state: 'pending', revision: 3, liveRevision: 1 });
      expect((await harness.exported(ref)).map((chunk) => chunk.text)).toEqual(['first']);
      await harness.publish(ref, [revisionOf('a', 4, ['fourth'])]);
      expect((await harness.exported(ref)).map((chunk) => chunk.text)).toEqual(['fourth']);
      expect(await harness.store.chunks.commit(ref, [late], neverAborted)).toMatchObject([
        { outcome: 'superseded' },
      ]);
      expect((await harness.exported(ref)).map((chunk) => chunk.text)).toEqual(['fourth']);
    });

    test('a commit of a document that was never accepted is superseded', async () => {
      const ref = await harness.corpus();
      const results = await harness.store.chunks.commit(ref, [revisionOf('a', 1, ['one'])], neverAborted);
      expect(results).toMatchObject([{ outcome: 'superseded' }]);
      expect(await harness.exported(ref)).toEqual([]);
      expect(await harness.entry(ref, 'a')).toBeUndefined();
    });

    test('a revision that was given up and then arrives is superseded, and leaves what was live', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one'])]);
      await harness.accept(ref, [newRevisionOf('a'), newRevisionOf('b')]);
      const reason = { code: 'gave_up', message: 'tried 5 times' } as const;
      const given = [
        { documentId: documentIdOf('a'), revision: 2 },
        { documentId: documentIdOf('b'), revision: 1 },
      ];
      await harness.store.manifest.fail(
        ref,
        given.map((document) => ({ ...document, reason })),
      );
      const late = [revisionOf('a', 2, ['two']), revisionOf('b', 1, ['three'])];
      const results = await harness.store.chunks.commit(ref, late, neverAborted);
      expect(results.map(({ outcome }) => outcome)).toEqual(['superseded', 'superseded']);
      expect(await harness.entry(ref, 'a')).toMatchObject({ state: 'failed', reason, liveRevision: 1 });
      expect(await harness.entry(ref, 'b')).toMatchObject({ state: 'failed', reason, liveRevision: null });
      expect((await harness.exported(ref)).map((chunk) => chunk.text)).toEqual(['one']);
    });

    test('what is live has a version and the making of its commit, and keeps them while a newer one is pending', async () => {
      const ref = await harness.corpus();
      await harness.accept(ref, [newRevisionOf('a')]);
      expect(await harness.entry(ref, 'a')).toMatchObject({ liveVersion: null, making: null });
      await harness.store.chunks.commit(ref, [revisionOf('a', 1, ['one'])], neverAborted);
      const first = await harness.entry(ref, 'a');
      expect(first).toMatchObject({ liveVersion: expect.any(String), making: testMaking });
      await harness.accept(ref, [newRevisionOf('a', { bytes: null })]);
      const { liveVersion = null } = first ?? {};
      expect(await harness.entry(ref, 'a')).toMatchObject({ liveVersion, making: testMaking, bytes: null });
      const later = { ...revisionOf('a', 2, ['two']), making: 'later' };
      await harness.store.chunks.commit(ref, [later], neverAborted);
      const second = await harness.entry(ref, 'a');
      expect(second).toMatchObject({ making: 'later', bytes: null });
      expect(second?.liveVersion).not.toBe(liveVersion);
      await harness.remove(ref, ['a']);
      expect(await harness.entry(ref, 'a')).toMatchObject({ liveVersion: null, making: null });
    });

    test('a revision without chunks is live, and takes away what was there', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one']), revisionOf('b', 1, [])]);
      await harness.publish(ref, [revisionOf('a', 2, [])]);
      expect(await harness.exported(ref)).toEqual([]);
      for (const id of ['a', 'b']) {
        expect(await harness.entry(ref, id)).toMatchObject({ state: 'live', chunkCount: 0 });
      }
      expect(await harness.store.manifest.tally(ref)).toMatchObject({ live: 2, searchable: 2, chunks: 0 });
    });

    test('each document of a batch has its own result, in order', async () => {
      const ref = await harness.corpus();
      await harness.accept(
        ref,
        ['a', 'b', 'c'].map((id) => newRevisionOf(id)),
      );
      await harness.accept(ref, [newRevisionOf('b')]);
      const documents = ['a', 'b', 'c'].map((id) => revisionOf(id, 1, [`text of ${id}`]));
      const results = await harness.store.chunks.commit(ref, documents, neverAborted);
      expect(results.map((result) => [result.documentId, result.outcome])).toEqual([
        ['a', 'committed'],
        ['b', 'superseded'],
        ['c', 'committed'],
      ]);
      expect((await harness.exported(ref)).map((chunk) => chunk.documentId)).toEqual(['a', 'c']);
      expect(await harness.store.chunks.commit(ref, [], neverAborted)).toEqual([]);
    });

    test('a commit does not touch who accepted the version', async () => {
      const ref = await harness.corpus();
      await harness.accept(ref, [newRevisionOf('a', { lane: 3 })], runIdOf('run-7'));
      await harness.store.chunks.commit(ref, [revisionOf('a', 1, ['one'])], neverAborted);
      expect(await harness.entry(ref, 'a')).toMatchObject({ runId: 'run-7', lane: 3 });
    });

    test('two documents with the same text keep their own chunks', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['same text']), revisionOf('b', 1, ['same text'])]);
      await harness.remove(ref, ['a']);
      expect(documentsOf(await harness.recall(ref, { terms: termsOf('same text') }), 'bm25')).toEqual(['b']);
      const { embeddingKey } = chunkOf(documentIdOf('b'), 0, 'same text');
      expect((await harness.store.chunks.vectorsByKey(ref, [embeddingKey])).size).toBe(1);
    });

    test('an aborted commit throws, and can be repeated', async () => {
      const ref = await harness.corpus();
      await harness.accept(ref, [newRevisionOf('a')]);
      const document = revisionOf('a', 1, ['one']);
      const aborted = harness.store.chunks.commit(ref, [document], AbortSignal.abort());
      await expect(aborted).rejects.toMatchObject({ code: 'canceled' });
      expect(await harness.exported(ref)).toEqual([]);
      await harness.store.chunks.commit(ref, [document], neverAborted);
      expect(await harness.exported(ref)).toHaveLength(1);
    });

    test('2,000 chunks in one commit are all there', async () => {
      const ref = await harness.corpus();
      const documents = Array.from({ length: 20 }, (_, document) =>
        revisionOf(
          `document-${String(document).padStart(2, '0')}`,
          1,
          Array.from({ length: 100 }, (_, position) => `passage ${position} of document ${document} common`),
        ),
      );
      await harness.publish(ref, documents);
      const exported = await harness.exported(ref);
      expect(exported.map((chunk) => chunk.chunkId)).toEqual(
        documents.flatMap((document) => document.chunks.map((chunk) => chunk.chunkId)),
      );
      expect((await harness.store.manifest.tally(ref)).chunks).toBe(2_000);
      const found = await harness.recall(ref, {
        terms: ['common'],
        vector: documents[0]?.chunks[0]?.vector ?? null,
        k: 500,
      });
      expect(found.bm25).toHaveLength(500);
      expect(found.dense).toHaveLength(500);
    });
  });
}
