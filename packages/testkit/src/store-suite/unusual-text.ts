import { describe, expect, test } from 'vitest';
import { documentIdOf, newRevisionOf, revisionOf, unitVectorOf } from '../builders.ts';
import { documentsOf, neverAborted, type StoreSuiteOptions, useStore } from './harness.ts';

const texts: Readonly<Record<string, string>> = {
  Chinese: '向量检索与全文检索，「混合」排序。',
  'Han outside the basic plane': '𠮷野家𡈽',
  'Japanese and Korean': 'ひらがな カタカナ 한국어',
  'right to left': 'שלום עולם مرحبا بالعالم',
  emoji: '👩‍👩‍👧‍👦 🇨🇳 👍🏽',
  'combining marks': 'Z͑ͫ̓a͂̋l̆ģo e\u0301',
  'carriage returns': 'one\r\ntwo\rthree\n\n\tfour',
  'quotes and markup': '"\'`<script>alert(1)</script>&quot;\\ \\u0041 {{y}} %s',
  'invisible characters': 'a\u200bb\u00adc\ufeffd\u2028e\u2029f\u0007g\u001fh',
  'white space only at the ends': '  padded \u3000 ',
  'a private-use character': 'glyph \ue000 and \u{10fffd}',
};

export function describeUnusualText(options: StoreSuiteOptions): void {
  describe('unusual text', () => {
    const harness = useStore(options);

    test('every text is given back as it was stored, in text, title, headings, metadata and id', async () => {
      const ref = await harness.corpus();
      const documents = Object.values(texts).map((text) => {
        const document = revisionOf(text, 1, [text], { title: text, metadata: { text, [text]: [text] } });
        return { ...document, chunks: document.chunks.map((chunk) => ({ ...chunk, headings: [text, ''] })) };
      });
      await harness.publish(ref, documents);
      for (const text of Object.values(texts)) {
        const expected = {
          documentId: text,
          text,
          title: text,
          headings: [text, ''],
          metadata: { text, [text]: [text] },
        };
        expect(await harness.store.chunks.ofDocument(ref, documentIdOf(text))).toMatchObject([expected]);
        expect(await harness.entry(ref, text)).toMatchObject({ documentId: text, location: { path: text } });
      }
    });

    test('a text of one line and 1 MB is stored and found', async () => {
      const ref = await harness.corpus();
      const line = `needle ${'词汇x'.repeat(350_000)}`;
      const document = revisionOf('long', 1, [line]);
      const chunks = document.chunks.map((chunk) => ({ ...chunk, terms: ['needle', 'word'] }));
      await harness.publish(ref, [{ ...document, chunks }]);
      const { chunks: found } = await harness.recall(ref, { terms: ['needle'] });
      expect([...found.values()][0]?.text === line).toBe(true);
    });

    test('a chunk of very many terms is found by each', async () => {
      const ref = await harness.corpus();
      const terms = Array.from({ length: 100_000 }, (_, index) => `t${index % 5_000}`);
      const document = revisionOf('many', 1, ['many terms']);
      await harness.publish(ref, [
        { ...document, chunks: document.chunks.map((chunk) => ({ ...chunk, terms })) },
      ]);
      expect((await harness.recall(ref, { terms: ['t4999'] })).bm25).toHaveLength(1);
    });

    test('document ids of 1,024 characters are told apart and work everywhere', async () => {
      const ref = await harness.corpus();
      const ids = ['x', 'y', '文', '🙂'].map((end) => `${'长'.repeat(1_024 - end.length)}${end}`);
      await harness.publish(
        ref,
        ids.map((id) => revisionOf(id, 1, ['word'])),
      );
      expect([...documentsOf(await harness.recall(ref, { terms: ['word'] }), 'bm25')].sort()).toEqual(
        [...ids].sort(),
      );
      for (const id of ids) {
        expect(await harness.store.chunks.ofDocument(ref, documentIdOf(id))).toHaveLength(1);
      }
      const removed = documentIdOf(ids[0] ?? '');
      await harness.remove(ref, [removed]);
      expect((await harness.exported(ref)).map((chunk) => chunk.documentId)).not.toContain(removed);
      expect(await harness.exported(ref)).toHaveLength(3);
    });

    test('ids that look like paths, keys, patterns or numbers are just ids', async () => {
      const ref = await harness.corpus();
      const ids = [
        '../../etc/passwd',
        '.',
        '..',
        '0',
        '-1',
        'a:b',
        'a/b',
        'A',
        'a',
        '*',
        '%',
        '_id',
        '__proto__',
        'constructor',
        'null',
        ' ',
        "';--",
      ];
      await harness.publish(
        ref,
        ids.map((id) => revisionOf(id, 1, [`text ${id}`])),
      );
      expect((await harness.exported(ref)).map((chunk) => chunk.documentId)).toEqual([...ids].sort());
      for (const id of ids)
        expect(await harness.entry(ref, id)).toMatchObject({ documentId: id, state: 'live' });
    });

    test('metadata keys that mean something to JavaScript are just keys', async () => {
      const ref = await harness.corpus();
      const metadata = JSON.parse('{"constructor":"a","toString":1,"length":[2],"":"empty key","a.b":true}');
      await harness.publish(ref, [revisionOf('a', 1, ['word'], { metadata })]);
      const [chunk] = await harness.store.chunks.ofDocument(ref, documentIdOf('a'));
      expect(chunk?.metadata).toEqual(metadata);
    });

    test('half a surrogate pair spoils neither its document’s neighbours nor a later commit', async () => {
      const ref = await harness.corpus();
      const documents = [
        revisionOf('broken', 1, ['half \ud83d pair']),
        revisionOf('whole', 1, ['whole text']),
      ];
      await harness.accept(
        ref,
        documents.map(({ documentId }) => newRevisionOf(documentId)),
      );
      const results = await harness.store.chunks.commit(ref, documents, neverAborted);
      expect(results[1]).toMatchObject({ documentId: 'whole', outcome: 'committed' });
      expect(documentsOf(await harness.recall(ref, { terms: ['whole'] }), 'bm25')).toEqual(['whole']);
      const next = await harness.recall(ref, { vector: unitVectorOf('whole text'), k: 1 });
      expect(documentsOf(next, 'dense')).toEqual(['whole']);
    });
  });
}
