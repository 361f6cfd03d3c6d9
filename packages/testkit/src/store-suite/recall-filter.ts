import { type Filter, type GenerationRef, type Metadata, matchesFilter } from '@winnow/core';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { revisionOf, unitVectorOf } from '../builders.ts';
import { documentsOf, type StoreSuiteOptions, useStore } from './harness.ts';

/** Few fields and few values, alike but for their type, so that filters often match and types often differ. */
const fields = ['kind', 'year', 'a', 'a.b', '_under-score'] as const;
const longText = 'x'.repeat(1_000);
const scalars = fc.oneof(
  fc.constantFrom('1', 'true', '', 'news', 'News', '新闻', '🙂', 'a b', '"', '%', longText, `${longText}y`),
  fc.constantFrom(0, 1, -1, 2_023, 2_024, 0.5, 1e-9, 1e21, Number.MAX_SAFE_INTEGER),
  fc.boolean(),
);
const lists = fc.oneof(
  fc.array(fc.constantFrom('1', 'news', '新闻', '', 'true'), { maxLength: 3 }),
  fc.array(fc.constantFrom(0, 1, 2_024, 0.5, -3), { maxLength: 3 }),
);
const metadataArbitrary: fc.Arbitrary<Metadata> = fc.dictionary(
  fc.constantFrom(...fields),
  fc.oneof(scalars, lists),
  { noNullPrototype: true },
);

const bound = fc.option(fc.constantFrom(-1, 0, 0.5, 1, 2_023, 2_024), { nil: undefined });
const field = fc.constantFrom(...fields, 'absent');
const { filter: filterArbitrary } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ op: fc.constant('eq' as const), field, value: scalars }),
    fc.record({
      op: fc.constant('in' as const),
      field,
      values: fc.array(scalars, { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ op: fc.constant('range' as const), field, gt: bound, gte: bound, lt: bound, lte: bound }),
    fc.record({ op: fc.constant('exists' as const), field }),
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const),
      filters: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('not' as const), filter: tie('filter') }),
  ),
}));

export function describeRecallFilter(options: StoreSuiteOptions): void {
  describe('filters', () => {
    const harness = useStore(options);
    const documents = fc
      .sample(metadataArbitrary, { numRuns: 80, seed: 7 })
      .map((metadata, index) => revisionOf(`d${index}`, 1, [`common ${index}`], { metadata }));
    let ref: GenerationRef;

    beforeEach(async () => {
      ref = await harness.corpus();
      await harness.publish(ref, documents);
    });

    /** Document ids that each leg finds under a filter, sorted, and those that the filter's meaning allows. */
    const compare = async (filter: Filter) => {
      const query = { terms: ['common'], vector: unitVectorOf('common'), k: documents.length, filter };
      const result = await harness.recall(ref, query);
      const expected = documents
        .filter((document) => matchesFilter(filter, document.metadata))
        .map((document) => document.documentId)
        .sort();
      expect([...documentsOf(result, 'bm25')].sort()).toEqual(expected);
      expect([...documentsOf(result, 'dense')].sort()).toEqual(expected);
      return expected;
    };

    test('every filter means what matchesFilter says, in both legs', async () => {
      await fc.assert(
        fc.asyncProperty(filterArbitrary, async (filter) => void (await compare(filter))),
        { numRuns: 150 },
      );
    });

    test('every value that is stored can be found by it, and by nothing of another type', async () => {
      for (const document of documents) {
        for (const [name, value] of Object.entries(document.metadata)) {
          const values: readonly (string | number | boolean)[] = Array.isArray(value) ? value : [value];
          for (const one of values) {
            expect(await compare({ op: 'eq', field: name, value: one })).toContain(document.documentId);
          }
        }
      }
    });

    test('a filter of the largest allowed size is answered', async () => {
      const values = Array.from({ length: 255 }, (_, index) => index);
      await compare({ op: 'in', field: 'year', values: [2_024, ...values] });
      await compare({
        op: 'or',
        filters: values.map((value) => ({ op: 'eq', field: 'year', value })),
      });
    });

    test('metadata is given back as it was stored', async () => {
      const { chunks } = await harness.recall(ref, { terms: ['common'], k: documents.length });
      const found = new Map([...chunks.values()].map((chunk) => [chunk.documentId, chunk.metadata]));
      expect(found).toEqual(new Map(documents.map((document) => [document.documentId, document.metadata])));
    });

    test('a changed document is filtered by its new metadata only', async () => {
      const own = await harness.corpus();
      const found = async (value: string) =>
        documentsOf(
          await harness.recall(own, { terms: ['text'], filter: { op: 'eq', field: 'kind', value } }),
          'bm25',
        );
      await harness.publish(own, [revisionOf('a', 1, ['text'], { metadata: { kind: 'old' } })]);
      expect(await found('old')).toEqual(['a']);
      await harness.publish(own, [revisionOf('a', 2, ['text'], { metadata: { kind: 'new' } })]);
      expect(await found('old')).toEqual([]);
      expect(await found('new')).toEqual(['a']);
    });
  });
}
