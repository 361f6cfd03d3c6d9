import { describe, expect, test } from 'vitest';
import { chunkOf, documentIdOf, revisionOf, tokenVectorsOf } from '../builders.ts';
import { sentencesOf } from '../random.ts';
import { bitsOf, type StoreSuiteOptions, serialize, useStore } from './harness.ts';

export function describeReading(options: StoreSuiteOptions): void {
  describe('reading', () => {
    const harness = useStore(options);
    const a = documentIdOf('a');

    test('chunks of one document come by position, all or a range of them', async () => {
      const ref = await harness.corpus();
      const texts = Array.from({ length: 12 }, (_, position) => `part ${position}`);
      await harness.publish(ref, [revisionOf('a', 1, texts), revisionOf('b', 1, texts)]);
      const positions = async (range?: { from: number; to: number }) =>
        (await harness.store.chunks.ofDocument(ref, a, range)).map((chunk) => chunk.position);
      expect(await positions()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      expect(await positions({ from: 3, to: 5 })).toEqual([3, 4, 5]);
      expect(await positions({ from: 9, to: 9 })).toEqual([9]);
      expect(await positions({ from: 10, to: 99 })).toEqual([10, 11]);
      expect(await positions({ from: -2, to: 1 })).toEqual([0, 1]);
      expect(await positions({ from: 5, to: 4 })).toEqual([]);
      expect(await harness.store.chunks.ofDocument(ref, documentIdOf('absent'))).toEqual([]);
    });

    test('parts of several documents come together, each as it would by itself', async () => {
      const ref = await harness.corpus();
      const texts = Array.from({ length: 6 }, (_, position) => `part ${position}`);
      await harness.publish(ref, [revisionOf('a', 1, texts), revisionOf('b', 1, texts.slice(0, 2))]);
      const b = documentIdOf('b');
      const parts = [
        { documentId: a, from: 1, to: 3 },
        { documentId: b, from: -1, to: 9 },
        { documentId: documentIdOf('absent'), from: 0, to: 1 },
        { documentId: a, from: 2, to: 2 },
      ];
      const { signal } = new AbortController();
      const found = await harness.store.chunks.ofDocuments(ref, parts, signal);
      const alone = parts.map(({ documentId, ...positions }) =>
        harness.store.chunks.ofDocument(ref, documentId, positions),
      );
      expect(found).toEqual(await Promise.all(alone));
      expect(found.map((part) => part.length)).toEqual([3, 2, 0, 1]);
      expect(await harness.store.chunks.ofDocuments(ref, [], signal)).toEqual([]);
    });

    test('an export is ordered by document id, by code unit, and position', async () => {
      const ref = await harness.corpus();
      // By code point an emoji comes after U+FFxx, by code unit before it.
      const ids = [
        'b',
        'a',
        'B',
        'a/b',
        'ab',
        'a b',
        '10',
        '9',
        'é',
        '文',
        '𠮷',
        '🙂',
        'ｚ',
        '\uffee',
        '\ue000',
      ];
      await harness.publish(
        ref,
        ids.map((id) => revisionOf(id, 1, ['first', 'second'])),
      );
      const exported = (await harness.exported(ref)).map((chunk) => [chunk.documentId, chunk.position]);
      expect(exported).toEqual(
        [...ids].sort().flatMap((id) => [
          [id, 0],
          [id, 1],
        ]),
      );
    });

    test('an export holds vectors exactly where they were asked for', async () => {
      const ref = await harness.corpus();
      const document = revisionOf('a', 1, ['one', 'two']);
      await harness.publish(ref, [document]);
      const bits = (await harness.exported(ref, { vectors: true })).map(
        (chunk) => chunk.vector && bitsOf(chunk.vector),
      );
      expect(bits).toEqual(document.chunks.map((chunk) => bitsOf(chunk.vector)));
      expect((await harness.exported(ref)).map((chunk) => chunk.vector)).toEqual([null, null]);
    });

    test('equal content gives equal exports, whatever the order and history of its making', async () => {
      const documents = Array.from({ length: 15 }, (_, index) =>
        revisionOf(`document-${index}`, 1, sentencesOf(index, 1 + (index % 4)), { metadata: { index } }),
      );
      const straight = await harness.corpus();
      await harness.publish(straight, documents);

      const winding = await harness.corpus();
      for (const document of [...documents].reverse()) {
        await harness.publish(winding, [revisionOf(document.documentId, 1, ['draft', 'draft two'])]);
      }
      await harness.publish(winding, [revisionOf('extra', 1, ['soon gone'])]);
      await harness.remove(winding, ['extra', 'document-3']);
      for (const document of documents) await harness.publish(winding, [document]);

      const options = { vectors: true };
      expect(serialize(await harness.exported(winding, options))).toBe(
        serialize(await harness.exported(straight, options)),
      );
    });

    test('an aborted export stops', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['one', 'two'])]);
      const drain = async () => {
        for await (const _ of harness.store.chunks.export(ref, {
          vectors: false,
          signal: AbortSignal.abort(),
        }));
      };
      await expect(drain()).rejects.toMatchObject({ code: 'canceled' });
    });

    test('vectors are found by embedding key, bit for bit', async () => {
      const ref = await harness.corpus();
      // Of length 1, with a negative zero and numbers too small for most formats.
      const odd = Float32Array.of(0.6, -0, 1e-45, 0.8, 1e-20, -1e-10, 2 ** -126, 0);
      const document = revisionOf('a', 1, ['one', chunkOf(a, 1, 'odd', { vector: odd })]);
      await harness.publish(ref, [document]);
      const keys = [
        ...document.chunks.map((chunk) => chunk.embeddingKey),
        chunkOf(a, 9, 'absent').embeddingKey,
      ];
      const found = await harness.store.chunks.vectorsByKey(ref, keys);
      expect(new Map([...found].map(([key, vector]) => [key, bitsOf(vector)]))).toEqual(
        new Map(document.chunks.map((chunk) => [chunk.embeddingKey, bitsOf(chunk.vector)])),
      );
      expect(await harness.store.chunks.vectorsByKey(ref, [])).toEqual(new Map());
    });

    test('two chunks with the same text share a key that is found once', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['same']), revisionOf('b', 1, ['same'])]);
      const { embeddingKey, vector } = chunkOf(a, 0, 'same');
      const found = await harness.store.chunks.vectorsByKey(ref, [embeddingKey, embeddingKey]);
      expect([...found].map(([key, value]) => [key, bitsOf(value)])).toEqual([
        [embeddingKey, bitsOf(vector)],
      ]);
    });

    test('token vectors are found by embedding key, bit for bit, and not where a chunk has none', async () => {
      const ref = await harness.corpus();
      const withTokens = (text: string, position: number) =>
        chunkOf(a, position, text, { tokenVectors: tokenVectorsOf(text) });
      const old = revisionOf('a', 1, [withTokens('one', 0), 'none', withTokens('same', 2)]);
      const others = ['b', 'c'].map((id) => revisionOf(id, 1, ['same']));
      await harness.publish(ref, [old, ...others]);
      const keys = [...old.chunks, chunkOf(a, 9, 'absent')].map(({ embeddingKey }) => embeddingKey);
      const [one, none, same] = keys;
      if (none === undefined) throw new Error('there are four keys');
      const found = async () =>
        new Map(
          [...(await harness.store.chunks.tokenVectorsByKey(ref, keys))].map(([key, bytes]) => [
            key,
            [...bytes],
          ]),
        );
      expect(await found()).toEqual(
        new Map([
          [one, [...tokenVectorsOf('one')]],
          [same, [...tokenVectorsOf('same')]],
        ]),
      );
      expect(await harness.store.chunks.tokenVectorsByKey(ref, [])).toEqual(new Map());
      await harness.publish(ref, [revisionOf('a', 2, ['one', withTokens('none', 1)])]);
      expect((await found()).get(none)).toEqual([...tokenVectorsOf('none')]);
    });

    test('token frequencies count the chunks that hold a token', async () => {
      const ref = await harness.corpus();
      const tokensOf = (...lists: string[][]) =>
        lists.map((modelTokens, position) => chunkOf(a, position, `text ${position}`, { modelTokens }));
      await harness.publish(ref, [
        revisionOf('a', 1, tokensOf(['the', '##ing', '▁文', 'Ġa'], ['the', 'The', ' '], ['the', '"', '*'])),
      ]);
      const asked = ['the', 'The', 'THE', '##ing', 'ing', '▁文', 'Ġa', ' ', '"', '*', 'absent', 'the'];
      expect(await harness.store.chunks.tokenFrequencies(ref, asked)).toEqual({
        chunks: 3,
        counts: [3, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 3],
      });
      expect(await harness.store.chunks.tokenFrequencies(ref, [])).toEqual({ chunks: 3, counts: [] });
    });
  });
}
