import type { CorpusId, GoldenQuery } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { corpusOf, documentIdOf } from '../builders.ts';
import { goldenQueryOf } from '../kept-builders.ts';
import { expectFailure, type StoreSuiteOptions, useStore } from './harness.ts';

/** More than one page of any backend. */
const many = 10_250;

export function describeGolden(options: StoreSuiteOptions): void {
  describe('golden queries', () => {
    const harness = useStore(options);
    const fresh = async () => harness.recordOf(await harness.corpus());
    const listed = async (corpusId: CorpusId, setId: string) => {
      const queries: GoldenQuery[] = [];
      for await (const query of harness.store.golden.list(corpusId, setId)) queries.push(query);
      return queries;
    };

    test('a set is read back as it was given, by query id', async () => {
      const { corpusId } = await fresh();
      const queries = ['q-9', 'q-10', 'Q-1', '问-1', 'q-é'].map((id) => goldenQueryOf(id));
      await harness.store.golden.add(corpusId, 'one', queries);
      expect(await listed(corpusId, 'one')).toEqual(
        ['Q-1', 'q-10', 'q-9', 'q-é', '问-1'].map((id) => goldenQueryOf(id)),
      );
      expect(await listed(corpusId, 'other')).toEqual([]);
    });

    test('texts and ids may be as long and as unusual as they like', async () => {
      const { corpusId } = await fresh();
      const unusual = goldenQueryOf(`id "of" 😀 ${'x'.repeat(1_000)}`, {
        text: `${'long 长 '.repeat(1_300)}\n\t"\\`,
        judgements: Object.fromEntries(
          Array.from({ length: 2_000 }, (_, at) => [documentIdOf(`folder/${at} – “document”.md`), at % 4]),
        ),
      });
      await harness.store.golden.add(corpusId, 'one', [unusual]);
      expect(await listed(corpusId, 'one')).toEqual([unusual]);
    });

    test('queries of several calls are one set, and a query that is in it stays as it is', async () => {
      const { corpusId } = await fresh();
      const { golden } = harness.store;
      await golden.add(corpusId, 'one', []);
      await golden.add(corpusId, 'one', [goldenQueryOf('b'), goldenQueryOf('c')]);
      await golden.add(corpusId, 'one', [goldenQueryOf('a'), goldenQueryOf('b', { text: 'another text' })]);
      expect(await listed(corpusId, 'one')).toEqual([
        goldenQueryOf('a'),
        goldenQueryOf('b'),
        goldenQueryOf('c'),
      ]);
    });

    test('two sets and two corpora know nothing of each other', async () => {
      const [left, right] = [await fresh(), await fresh()];
      const { golden } = harness.store;
      await golden.add(left.corpusId, 'one', [goldenQueryOf('q', { text: 'left one' })]);
      await golden.add(left.corpusId, 'two', [goldenQueryOf('q', { text: 'left two' })]);
      await golden.add(right.corpusId, 'one', [goldenQueryOf('q', { text: 'right one' })]);
      const textsOf = async (corpusId: CorpusId, setId: string) =>
        (await listed(corpusId, setId)).map(({ text }) => text);
      expect(await textsOf(left.corpusId, 'one')).toEqual(['left one']);
      expect(await textsOf(left.corpusId, 'two')).toEqual(['left two']);
      expect(await textsOf(right.corpusId, 'one')).toEqual(['right one']);
    });

    test('one set is kept and the others of its corpus go; or all', async () => {
      const [corpus, neighbour] = [await fresh(), await fresh()];
      const { golden } = harness.store;
      for (const setId of ['one', 'two', 'three']) {
        await golden.add(corpus.corpusId, setId, [goldenQueryOf('a'), goldenQueryOf('b')]);
        await golden.add(neighbour.corpusId, setId, [goldenQueryOf('a')]);
      }
      await golden.keepOnly(corpus.corpusId, 'two');
      const countsOf = async (corpusId: CorpusId) =>
        await Promise.all(['one', 'two', 'three'].map(async (set) => (await listed(corpusId, set)).length));
      expect(await countsOf(corpus.corpusId)).toEqual([0, 2, 0]);
      await golden.keepOnly(corpus.corpusId, null);
      expect(await countsOf(corpus.corpusId)).toEqual([0, 0, 0]);
      expect(await countsOf(neighbour.corpusId)).toEqual([1, 1, 1]);
    });

    test('what a later version keeps in a query is given back', async () => {
      const { corpusId } = await fresh();
      const later = { ...goldenQueryOf('q'), weight: 3, tags: ['slow'] };
      await harness.store.golden.add(corpusId, 'one', [later]);
      expect(await listed(corpusId, 'one')).toEqual([later]);
    });

    test('a large set is listed whole and in order, and removed whole', async () => {
      const { corpusId } = await fresh();
      const { golden } = harness.store;
      const idOf = (at: number) => `q-${String(at).padStart(6, '0')}`;
      const queries = Array.from({ length: many }, (_, at) => goldenQueryOf(idOf(many - 1 - at)));
      await golden.add(corpusId, 'large', queries);
      const ids = (await listed(corpusId, 'large')).map(({ queryId }) => queryId);
      expect(ids).toEqual(Array.from({ length: many }, (_, at) => idOf(at)));
      await golden.keepOnly(corpusId, null);
      expect(await listed(corpusId, 'large')).toEqual([]);
    });

    test('a reader that has seen enough may stop', async () => {
      const { corpusId } = await fresh();
      await harness.store.golden.add(corpusId, 'one', [goldenQueryOf('a'), goldenQueryOf('b')]);
      for await (const query of harness.store.golden.list(corpusId, 'one')) {
        expect(query.queryId).toBe('a');
        break;
      }
      expect(await listed(corpusId, 'one')).toHaveLength(2);
    });

    test('nothing is added for a corpus that is gone or going', async () => {
      const corpus = await fresh();
      const { golden, corpora } = harness.store;
      await golden.add(corpus.corpusId, 'one', [goldenQueryOf('a')]);
      await corpora.update(corpus, (current) => ({ ...current, deletingSince: current.createdAt }));
      await expectFailure(golden.add(corpus.corpusId, 'two', [goldenQueryOf('b')]), 'not_found');
      await corpora.delete(corpus.name);
      await expectFailure(golden.add(corpus.corpusId, 'two', [goldenQueryOf('b')]), 'not_found');
      expect(await listed(corpus.corpusId, 'two')).toEqual([]);
    });

    test('they go with their corpus, and not with another', async () => {
      const [gone, kept] = [await fresh(), await fresh()];
      const { golden, corpora } = harness.store;
      for (const { corpusId } of [gone, kept]) await golden.add(corpusId, 'one', [goldenQueryOf('a')]);
      await corpora.delete(gone.name);
      expect(await listed(gone.corpusId, 'one')).toEqual([]);
      expect(await listed(kept.corpusId, 'one')).toHaveLength(1);
      const again = corpusOf(gone.name, undefined, 'again');
      await corpora.create(again);
      expect(await listed(again.corpusId, 'one')).toEqual([]);
    });
  });
}
