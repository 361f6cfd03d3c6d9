import { maxQueryTerms } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { revisionOf, termsOf } from '../builders.ts';
import { documentsOf, type StoreSuiteOptions, useStore } from './harness.ts';

export function describeRecallByTerms(options: StoreSuiteOptions): void {
  describe('recall by terms', () => {
    const harness = useStore(options);

    test('BM25 ranks rare terms above common, frequent above single, short above long', async () => {
      const ref = await harness.corpus();
      const filler = Array.from({ length: 20 }, (_, index) =>
        revisionOf(`filler-${index}`, 1, ['common padding']),
      );
      await harness.publish(ref, [
        ...filler,
        revisionOf('rare', 1, ['zircon padding']),
        revisionOf('often', 1, ['basalt basalt basalt padding']),
        revisionOf('once', 1, ['basalt padding padding padding']),
        revisionOf('short', 1, ['gneiss padding']),
        revisionOf('long', 1, [`gneiss ${'padding '.repeat(60)}`]),
      ]);
      const found = async (...terms: string[]) =>
        documentsOf(await harness.recall(ref, { terms, k: 5 }), 'bm25');
      expect((await found('common', 'zircon'))[0]).toBe('rare');
      expect(await found('basalt')).toEqual(['often', 'once']);
      expect(await found('gneiss')).toEqual(['short', 'long']);
      expect(await found('absent')).toEqual([]);
    });

    test('BM25 scores are above 0 and never rise down the list', async () => {
      const ref = await harness.corpus();
      const texts = Array.from(
        { length: 30 },
        (_, index) => `word ${'word '.repeat(index % 5)} padding ${index}`,
      );
      await harness.publish(
        ref,
        texts.map((text, index) => revisionOf(`d${index}`, 1, [text])),
      );
      const { bm25 } = await harness.recall(ref, { terms: ['word', 'padding', '7'], k: 30 });
      expect(bm25).toHaveLength(30);
      for (const [index, hit] of bm25.entries()) {
        expect(hit.score).toBeGreaterThan(0);
        expect(hit.score).toBeLessThanOrEqual(bm25[index - 1]?.score ?? Number.POSITIVE_INFINITY);
      }
    });

    test('repeated and very many query terms are fine', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [revisionOf('a', 1, ['word'])]);
      const terms = ['word', 'word', ...Array.from({ length: 300 }, (_, index) => `absent${index}`)];
      expect(await harness.recall(ref, { terms })).toMatchObject({ bm25: [{}], termsLeftOut: 0 });
      const more = Array.from({ length: 2_000 }, (_, index) => `lost${index}`);
      expect(await harness.recall(ref, { terms: [...more, ...terms] })).toMatchObject({
        bm25: [{}],
        termsLeftOut: 2_301 - maxQueryTerms,
      });
    });

    test('a term is found in whatever letters it is written', async () => {
      const ref = await harness.corpus();
      const terms = ['δρόμος', 'σίγμας', 'straße', 'ığne', 'žluť', '𐐨𐐩'];
      await harness.publish(
        ref,
        terms.map((term) => revisionOf(term, 1, [term])),
      );
      for (const term of terms) {
        expect(documentsOf(await harness.recall(ref, { terms: [term] }), 'bm25')).toEqual([term]);
      }
    });

    test('a term that stands n times in the query counts n-fold', async () => {
      const ref = await harness.corpus();
      await harness.publish(ref, [
        revisionOf('left', 1, ['basalt padding']),
        revisionOf('right', 1, ['gneiss padding']),
        ...Array.from({ length: 8 }, (_, index) => revisionOf(`filler-${index}`, 1, ['other padding'])),
      ]);
      const scoresOf = async (...terms: string[]) => {
        const { bm25, chunks } = await harness.recall(ref, { terms });
        return new Map(bm25.map((hit) => [chunks.get(hit.chunkId)?.documentId as string, hit.score]));
      };
      const scores = await scoresOf('basalt', 'gneiss', 'basalt', 'basalt');
      expect([...scores.keys()]).toEqual(['left', 'right']);
      expect((scores.get('left') ?? 0) / (scores.get('right') ?? 1)).toBeCloseTo(3, 4);
    });

    test('terms are words to look for, whatever characters they hold', async () => {
      const ref = await harness.corpus();
      const awkward = [
        '"',
        '""',
        'a"b',
        '*',
        'a*',
        '(',
        ')',
        'and',
        'or',
        'not',
        'near',
        '-a',
        '+',
        '^',
        ':',
        'x:y',
        '\\',
        '%',
        '_',
        "'",
        ';',
        '{',
        '}',
        '--',
        'c++',
        'c#',
        'v1.2.3',
        'ppr-9087',
        'foo_bar',
        '<b>',
        '&amp;',
        '北京',
        '🙂',
        'é',
        'e\u0301',
        'ﬁ',
        'ß',
        '１２',
      ];
      const documents = awkward.map((term, index) => {
        const document = revisionOf(`d${index}`, 1, [`text ${index}`]);
        return {
          ...document,
          chunks: document.chunks.map((chunk) => ({ ...chunk, terms: ['filler', term] })),
        };
      });
      await harness.publish(ref, documents);
      for (const [index, term] of awkward.entries()) {
        expect([term, documentsOf(await harness.recall(ref, { terms: [term], k: 100 }), 'bm25')]).toEqual([
          term,
          [`d${index}`],
        ]);
      }
    });

    test('every term of a text finds it', async () => {
      const ref = await harness.corpus();
      const text = '第三章 介绍向量检索 and BM25 ranking';
      await harness.publish(ref, [revisionOf('a', 1, [text]), revisionOf('b', 1, ['nothing alike'])]);
      for (const term of termsOf(text)) {
        expect(documentsOf(await harness.recall(ref, { terms: [term] }), 'bm25')).toEqual(['a']);
      }
    });
  });
}
