import { type DocumentKey, documentKeyOf, type GenerationRef, type IndexedVersion } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { documentIdOf, newRevisionOf, revisionOf, unitVectorOf } from '../builders.ts';
import { type Harness, neverAborted, type StoreSuiteOptions, serialize, useStore } from './harness.ts';

const orphan = documentIdOf('orphan 孤');
const orphanKey = documentKeyOf(orphan);

export function describeCensus(options: StoreSuiteOptions): void {
  describe('census', () => {
    const harness = useStore(options);

    test('the census is what was published: one version of each document with chunks, in order of key', async () => {
      const ref = await populated(harness);
      const entries = await harness.store.manifest.list(ref, { limit: 1_000 });
      const live = entries.filter((entry) => entry.chunkCount > 0);
      const census = await paged(harness, ref, 1_000);
      expect(census).toEqual(
        live.map((entry) => ({
          documentKey: documentKeyOf(entry.documentId),
          version: entry.liveVersion,
          revision: entry.liveRevision,
          chunks: entry.chunkCount,
          broken: 0,
        })),
      );
      expect(census).toHaveLength(21);
    });

    test('pages of any size make up the whole', async () => {
      const ref = await populated(harness);
      const whole = await paged(harness, ref, 1_000);
      for (const limit of [1, 5, 21]) expect(await paged(harness, ref, limit)).toEqual(whole);
      const after = { documentKey: '~' as DocumentKey, version: '' };
      expect(await harness.store.chunks.census(ref, { after, limit: 5 }, neverAborted)).toEqual([]);
    });

    test('the census includes every write that was finished before', async () => {
      const ref = await harness.corpus();
      for (const count of [1, 2, 3]) {
        await harness.publish(ref, [revisionOf(`document-${count}`, 1, ['text'])]);
        expect(await paged(harness, ref, 10)).toHaveLength(count);
      }
      await harness.remove(ref, ['document-1']);
      expect(await paged(harness, ref, 10)).toHaveLength(2);
    });

    test('failed and superseded versions leave nothing that the census or a discard would find', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one', 'two'])]);
      await harness.accept(ref, [newRevisionOf('a'), newRevisionOf('b')]);
      const reason = { code: 'gave_up', message: 'tried 5 times' } as const;
      await harness.store.manifest.fail(ref, [{ documentId: documentIdOf('b'), revision: 1, reason }]);
      await harness.store.chunks.commit(ref, [revisionOf('b', 1, ['late'])], neverAborted);
      await harness.accept(ref, [newRevisionOf('a')]);
      await harness.store.chunks.commit(ref, [revisionOf('a', 2, ['overtaken'])], neverAborted);
      const owned = await ownedVersions(harness, ref);
      const rest = (await paged(harness, ref, 10)).filter((version) => !owned.has(version.version));
      await harness.store.chunks.discard(ref, rest, neverAborted);
      expect(await paged(harness, ref, 10)).toMatchObject([{ revision: 1, chunks: 2 }]);
      expect((await harness.exported(ref)).map((chunk) => chunk.text)).toEqual(['one', 'two']);
    });

    test('what is live, or may yet be, is not discarded, even if asked for', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one', 'two']), revisionOf('b', 1, ['three'])]);
      await harness.accept(ref, [newRevisionOf('b'), newRevisionOf('c')]);
      const before = serialize(await harness.exported(ref, { vectors: true }));
      const census = await paged(harness, ref, 10);
      expect(await harness.store.chunks.discard(ref, census, neverAborted)).toBe(0);
      expect(serialize(await harness.exported(ref, { vectors: true }))).toBe(before);
      expect(await paged(harness, ref, 10)).toEqual(census);
      const unknown = { documentKey: orphanKey, version: '1' };
      expect(await harness.store.chunks.discard(ref, [unknown], neverAborted)).toBe(0);
      expect(await harness.store.chunks.discard(ref, [], neverAborted)).toBe(0);
    });

    test('chunks that no entry owns are listed, named and discarded, and never read', async (context) => {
      const { plantOrphan } = harness.opened;
      if (plantOrphan === undefined) return context.skip('the backend cannot leave such chunks');
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one'])]);
      const planted = await plantOrphan(ref, orphan);
      expect(await harness.exported(ref)).toHaveLength(1);
      expect((await harness.recall(ref, { vector: unitVectorOf('one') })).dense).toHaveLength(1);
      expect(await harness.store.chunks.ofDocument(ref, orphan)).toEqual([]);

      const found = (await paged(harness, ref, 1)).filter(({ documentKey }) => documentKey === orphanKey);
      expect(found).toMatchObject([{ chunks: planted, broken: 0 }]);
      const unknown = documentKeyOf(documentIdOf('nobody'));
      expect(await harness.store.chunks.identify(ref, [orphanKey, unknown])).toEqual(
        new Map([[orphanKey, orphan]]),
      );
      expect(await harness.store.chunks.identify(ref, [])).toEqual(new Map());

      expect(await harness.store.chunks.discard(ref, found, neverAborted)).toBe(planted);
      expect(await harness.store.chunks.discard(ref, found, neverAborted)).toBe(0);
      expect(await paged(harness, ref, 10)).toMatchObject([{ chunks: 1 }]);
      expect(await harness.store.chunks.identify(ref, [orphanKey])).toEqual(new Map());
      expect(await harness.exported(ref)).toHaveLength(1);
    });

    test('all versions of a document can be discarded at once: what is live stays', async (context) => {
      const { plantOrphan } = harness.opened;
      if (plantOrphan === undefined) return context.skip('the backend cannot leave such chunks');
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one'])]);
      const planted = await plantOrphan(ref, orphan);
      await paged(harness, ref, 10);
      const documents = ['a', 'nobody', orphan].map((id) => documentKeyOf(documentIdOf(id)));
      const versions = documents.map((documentKey) => ({ documentKey, version: null }));
      expect(await harness.store.chunks.discard(ref, versions, neverAborted)).toBe(planted);
      expect(await paged(harness, ref, 10)).toMatchObject([{ documentKey: documents[0], chunks: 1 }]);
      expect((await harness.exported(ref)).map((chunk) => chunk.text)).toEqual(['one']);
    });

    test('a document that comes back beside chunks of its own that nobody owned keeps the new ones', async (context) => {
      const { plantOrphan } = harness.opened;
      if (plantOrphan === undefined) return context.skip('the backend cannot leave such chunks');
      const ref = await harness.corpus();
      await plantOrphan(ref, orphan);
      const left = await paged(harness, ref, 10);
      await harness.accept(ref, [newRevisionOf(orphan)]);
      expect(await harness.exported(ref)).toEqual([]);
      expect(await harness.store.chunks.ofDocument(ref, orphan)).toEqual([]);
      await harness.store.chunks.commit(ref, [revisionOf(orphan, 1, ['of the new one'])], neverAborted);
      await harness.store.chunks.discard(ref, left, neverAborted);
      expect((await harness.exported(ref)).map((chunk) => chunk.text)).toEqual(['of the new one']);
      expect(await paged(harness, ref, 10)).toMatchObject([{ documentKey: orphanKey, chunks: 1 }]);
    });

    test('an aborted census or discard says so', async () => {
      const ref = await harness.corpus();
      const aborted = AbortSignal.abort();
      const canceled = { code: 'canceled' };
      await expect(harness.store.chunks.census(ref, { limit: 1 }, aborted)).rejects.toMatchObject(canceled);
      const version = { documentKey: orphanKey, version: '1' };
      await expect(harness.store.chunks.discard(ref, [version], aborted)).rejects.toMatchObject(canceled);
    });
  });
}

/** Thirty documents, some of several revisions, some removed, some pending, some without chunks. */
async function populated(harness: Harness): Promise<GenerationRef> {
  const ref = await harness.corpus();
  const ids = Array.from({ length: 30 }, (_, index) => `document-${index}`);
  const texts = (index: number) => Array.from({ length: index % 4 }, (_, position) => `${index} ${position}`);
  await harness.publish(
    ref,
    ids.map((id, index) => revisionOf(id, 1, texts(index))),
  );
  await harness.publish(
    ref,
    ids.slice(0, 10).map((id, index) => revisionOf(id, 2, texts(index))),
  );
  await harness.accept(
    ref,
    ids.slice(5, 15).map((id) => newRevisionOf(id)),
  );
  await harness.remove(ref, ['document-29']);
  return ref;
}

async function paged(
  harness: Harness,
  ref: GenerationRef,
  limit: number,
): Promise<readonly IndexedVersion[]> {
  const all: IndexedVersion[] = [];
  for (;;) {
    const last = all.at(-1);
    const after = last && { documentKey: last.documentKey, version: last.version };
    const query = { limit, ...(after !== undefined && { after }) };
    const page = await harness.store.chunks.census(ref, query, neverAborted);
    expect(page.length).toBeLessThanOrEqual(limit);
    all.push(...page);
    if (page.length < limit) return all;
  }
}

async function ownedVersions(harness: Harness, ref: GenerationRef): Promise<ReadonlySet<string | null>> {
  const entries = await harness.store.manifest.list(ref, { limit: 1_000 });
  return new Set(entries.map((entry) => entry.liveVersion));
}
