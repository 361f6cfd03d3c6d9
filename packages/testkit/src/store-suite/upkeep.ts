import { describe, expect, test } from 'vitest';
import { newRevisionOf, revisionOf, runOf, unitVectorOf } from '../builders.ts';
import { goldenQueryOf, qualityResultOf, queryRecordOf, scheduleOf } from '../kept-builders.ts';
import { neverAborted, type StoreSuiteOptions, serialize, useStore } from './harness.ts';

export function describeUpkeep(options: StoreSuiteOptions): void {
  describe('neighbours and durability', () => {
    const harness = useStore(options);

    test('two corpora know nothing of each other', async () => {
      const left = await harness.corpus();
      const right = await harness.corpus();
      await harness.publish(left, [revisionOf('a', 1, ['left word'])]);
      await harness.publish(right, [revisionOf('a', 1, ['right word', 'more'])]);
      expect((await harness.exported(left)).map((chunk) => chunk.text)).toEqual(['left word']);
      expect((await harness.recall(right, { terms: ['left'] })).bm25).toEqual([]);
      expect((await harness.store.chunks.tokenFrequencies(left, ['word', 'more'])).counts).toEqual([1, 0]);
      expect(await harness.store.manifest.list(left, { limit: 10 })).toHaveLength(1);
    });

    test('everything is there after the store was closed and opened again', async (context) => {
      const { reopen } = harness.opened;
      if (reopen === undefined) return context.skip('the backend cannot be opened twice');
      const ref = await harness.corpus();
      await harness.publish(ref, [
        revisionOf('a', 1, ['one word', 'two words'], { metadata: { kind: 'kept' } }),
        revisionOf('b', 1, ['three words']),
      ]);
      await harness.accept(ref, [newRevisionOf('b'), newRevisionOf('c', { lane: 2 })]);
      const corpus = harness.recordOf(ref);
      await harness.store.runs.create(runOf('reopened', corpus));
      await harness.store.schedules.set(scheduleOf(corpus));
      await harness.store.golden.add(corpus.corpusId, 'one', [goldenQueryOf('q')]);
      await harness.store.queryLog.record([queryRecordOf(corpus, 'q')]);
      await harness.store.quality.add(qualityResultOf(corpus));
      const state = async () => ({
        corpora: await harness.store.corpora.list(),
        runs: await harness.store.runs.list(ref.corpus, 10),
        schedules: await harness.store.schedules.list(),
        golden: await harness.store.golden.list(corpus.corpusId, 'one')[Symbol.asyncIterator]().next(),
        searches: await harness.store.queryLog.recent(corpus.corpusId, 10),
        quality: await harness.store.quality.list(corpus.corpusId, 10),
        entries: await harness.store.manifest.list(ref, { limit: 10 }),
        tally: await harness.store.manifest.tally(ref),
        exported: serialize(await harness.exported(ref, { vectors: true })),
        found: await harness.recall(ref, {
          terms: ['word', 'words'],
          vector: unitVectorOf('one word'),
          filter: { op: 'not', filter: { op: 'eq', field: 'kind', value: 'other' } },
        }),
        frequencies: await harness.store.chunks.tokenFrequencies(ref, ['words']),
        census: await harness.store.chunks.census(ref, { limit: 10 }, neverAborted),
      });
      const before = await state();
      expect(before).toMatchObject({
        schedules: [scheduleOf(corpus)],
        golden: { value: goldenQueryOf('q') },
        searches: [queryRecordOf(corpus, 'q')],
        quality: [qualityResultOf(corpus)],
      });
      await reopen();
      expect(await state()).toEqual(before);
    });
  });
}
