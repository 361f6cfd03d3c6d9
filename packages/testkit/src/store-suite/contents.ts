import { randomBytes } from 'node:crypto';
import { type ContentChange, createContentPlace, type DocumentKey, documentKeyOf } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { documentIdOf } from '../builders.ts';
import { type StoreSuiteOptions, useStore } from './harness.ts';

function changeOf(id: string, text: string | null, more: Partial<ContentChange> = {}): ContentChange {
  const content =
    text === null
      ? null
      : { content: Buffer.from(text), mediaType: 'text/markdown', title: null, metadata: {} };
  return { documentId: documentIdOf(id), content, version: null, idempotencyKey: null, ...more };
}

export function describeContents(options: StoreSuiteOptions): void {
  describe('contents', () => {
    const harness = useStore(options);
    const textOf = async (place: string, id: string) => {
      const found = await harness.store.contents.get(place, documentIdOf(id));
      return found === null ? null : Buffer.from(found.content).toString();
    };

    test('gives back what was kept, byte for byte, with all that belongs to it', async () => {
      const { contents } = harness.store;
      const place = createContentPlace();
      const bytes = randomBytes(300_000);
      const content = {
        content: bytes,
        mediaType: null,
        title: 'Größe "长" 😀',
        metadata: { tags: ['a', 'b'], year: 2_024, open: false },
      };
      const change = { ...changeOf('folder/ünïcode 长.bin', ''), content };
      expect(await contents.put(place, [change])).toEqual(['kept']);
      const found = await contents.get(place, change.documentId);
      expect(found).toMatchObject({ ...content, content: expect.anything(), documentId: change.documentId });
      expect(Buffer.from(found?.content ?? []).equals(bytes)).toBe(true);
      expect(await contents.get(place, documentIdOf('absent'))).toBeNull();
      expect(await contents.get(createContentPlace(), change.documentId)).toBeNull();
    });

    test('keeps the newest version, and a delete for good', async () => {
      const { contents } = harness.store;
      const place = createContentPlace();
      expect(await contents.put(place, [changeOf('a', 'two', { version: 2 })])).toEqual(['kept']);
      expect(await contents.put(place, [changeOf('a', 'one', { version: 1 })])).toEqual(['older']);
      expect(await textOf(place, 'a')).toBe('two');
      expect(await contents.put(place, [changeOf('a', null, { version: 3 })])).toEqual(['kept']);
      expect(await contents.put(place, [changeOf('a', 'two', { version: 2 })])).toEqual(['older']);
      expect(await textOf(place, 'a')).toBeNull();
      const [entry] = await contents.list(place, { after: null, limit: 10 });
      expect(entry).toMatchObject({ isDeleted: true, version: 3, sequence: 2, bytes: 0 });
    });

    test('takes changes of one call in their order, and says of each what became of it', async () => {
      const { contents } = harness.store;
      const place = createContentPlace();
      const key = { idempotencyKey: 'again' };
      const outcomes = await contents.put(place, [
        changeOf('a', 'one', key),
        changeOf('b', 'one'),
        changeOf('a', 'two'),
        changeOf('b', 'one'),
        changeOf('a', 'one', key),
        changeOf('a', 'three', key),
      ]);
      expect(outcomes).toEqual(['kept', 'kept', 'kept', 'same', 'repeated', 'key_reused']);
      expect(await textOf(place, 'a')).toBe('two');
    });

    test('of many who push one document at the same time, each is decided on what is there', async () => {
      const { contents } = harness.store;
      const place = createContentPlace();
      const versions = Array.from({ length: 12 }, (_, at) => at + 1);
      await Promise.all(
        versions.map((version) => contents.put(place, [changeOf('a', `v${version}`, { version })])),
      );
      expect(await textOf(place, 'a')).toBe('v12');
      const again = await Promise.all(
        versions.map(() => contents.put(place, [changeOf('a', 'x', { idempotencyKey: 'k' })])),
      );
      expect(again.flat().sort()).toEqual(['kept', ...Array<string>(11).fill('repeated')]);
    });

    test('lists everything in order, in pages, and gives entries by id', async () => {
      const { contents } = harness.store;
      const place = createContentPlace();
      const ids = Array.from({ length: 250 }, (_, at) => `document ${at}`);
      await contents.put(
        place,
        ids.map((id) => changeOf(id, id)),
      );
      await contents.put(place, [changeOf('document 7', null)]);
      const listed: string[] = [];
      for (let after: DocumentKey | null = null; ; ) {
        const page = await contents.list(place, { after, limit: 100 });
        listed.push(...page.map(({ documentId }) => documentId));
        const last = page.at(-1);
        if (last === undefined) break;
        after = documentKeyOf(last.documentId);
      }
      expect(listed).toHaveLength(250);
      const keys = listed.map((id) => documentKeyOf(documentIdOf(id)));
      expect(keys).toEqual([...keys].sort());
      const entries = await contents.entries(place, [documentIdOf('document 7'), documentIdOf('absent')]);
      expect([...entries.values()]).toMatchObject([{ documentId: 'document 7', isDeleted: true }]);
    });

    test('restores what an archive has, over nothing that is known already, and takes its bytes when they are pushed', async () => {
      const { contents } = harness.store;
      const [origin, place] = [createContentPlace(), createContentPlace()];
      await contents.put(origin, [
        changeOf('a', 'two', { version: 2 }),
        changeOf('b', null, { version: 2 }),
        changeOf('c', 'two', { version: 2 }),
      ]);
      const listed = await contents.list(origin, { after: null, limit: 10 });
      const archived = listed.map(({ documentId, version, isDeleted, contentHash }) => {
        return { documentId, version, contentHash: isDeleted ? null : contentHash };
      });
      await contents.put(place, [changeOf('c', 'three', { version: 3 })]);
      for (let time = 0; time < 2; time += 1) await contents.restore(place, archived);
      await contents.restore(place, []);
      const ids = ['a', 'b', 'c'].map(documentIdOf);
      const known = await contents.entries(place, ids);
      const [a, b, c] = ids.map((id) => known.get(id));
      expect(a).toMatchObject({ version: 2, isDeleted: false, bytes: null });
      expect(b).toMatchObject({ version: 2, isDeleted: true, bytes: 0 });
      expect(c).toMatchObject({ version: 3, isDeleted: false, bytes: 5 });
      const byId = new Map(known);
      for (const entry of await contents.list(place, { after: null, limit: 10 })) {
        expect(entry).toEqual(byId.get(entry.documentId));
      }
      expect(await textOf(place, 'a')).toBeNull();
      const older = ['a', 'b', 'c'].map((id) => changeOf(id, 'one', { version: 1 }));
      expect(await contents.put(place, older)).toEqual(['older', 'older', 'older']);
      expect(await contents.put(place, [changeOf('a', 'two', { version: 2 })])).toEqual(['same']);
      expect(await textOf(place, 'a')).toBe('two');
    });

    test('clears one place and no other', async () => {
      const { contents } = harness.store;
      const [place, other] = [createContentPlace(), createContentPlace()];
      for (const each of [place, other]) await contents.put(each, [changeOf('a', 'text')]);
      await contents.clear(place);
      expect(await contents.list(place, { after: null, limit: 10 })).toEqual([]);
      expect(await textOf(place, 'a')).toBeNull();
      expect(await textOf(other, 'a')).toBe('text');
    });

    test('goes with its corpus', async () => {
      const { contents, corpora } = harness.store;
      const corpus = harness.recordOf(await harness.corpus());
      const place = createContentPlace();
      await corpora.update(corpus, (current) => ({
        ...current,
        sources: current.sources.map((source) => ({ ...source, settings: { kind: 'push', place } })),
      }));
      await contents.put(place, [changeOf('a', 'text')]);
      await corpora.delete(corpus.name);
      expect(await textOf(place, 'a')).toBeNull();
    });
  });
}
