import type { CorpusId } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { queryRecordOf } from '../kept-builders.ts';
import { type StoreSuiteOptions, useStore } from './harness.ts';

export function describeQueryLog(options: StoreSuiteOptions): void {
  describe('recorded searches', () => {
    const harness = useStore(options);
    const fresh = async () => harness.recordOf(await harness.corpus());
    const idsOf = async (corpusId: CorpusId, limit = 10) =>
      (await harness.store.queryLog.recent(corpusId, limit)).map(({ queryId }) => queryId);

    test('a search is read back as it was given, in the list and by its id', async () => {
      const corpus = await fresh();
      const { queryLog } = harness.store;
      const query = queryRecordOf(corpus, 'q-1', {
        text: 'why "so"? 为什么 😀',
        kind: 'answer',
        generation: 3,
      });
      await queryLog.record([query]);
      await queryLog.record([]);
      expect(await queryLog.recent(corpus.corpusId, 10)).toEqual([query]);
      expect(await queryLog.get(corpus.corpusId, 'q-1')).toEqual(query);
      expect(await queryLog.get(corpus.corpusId, 'q-2')).toBeNull();
      expect(await queryLog.get((await fresh()).corpusId, 'q-1')).toBeNull();
    });

    test('the newest come first, up to the limit', async () => {
      const corpus = await fresh();
      const at = (minute: number) => `2026-01-02T03:0${minute}:00.000Z`;
      const records = [2, 0, 3, 1].map((minute) => queryRecordOf(corpus, `q-${minute}`, { at: at(minute) }));
      await harness.store.queryLog.record(records.slice(0, 2));
      await harness.store.queryLog.record(records.slice(2));
      expect(await idsOf(corpus.corpusId)).toEqual(['q-3', 'q-2', 'q-1', 'q-0']);
      expect(await idsOf(corpus.corpusId, 2)).toEqual(['q-3', 'q-2']);
    });

    test('the same search again changes nothing', async () => {
      const corpus = await fresh();
      const query = queryRecordOf(corpus, 'q-1');
      await harness.store.queryLog.record([query, queryRecordOf(corpus, 'q-2')]);
      await harness.store.queryLog.record([{ ...query, text: 'another text' }]);
      expect(await harness.store.queryLog.get(corpus.corpusId, 'q-1')).toEqual(query);
      expect((await idsOf(corpus.corpusId)).sort()).toEqual(['q-1', 'q-2']);
    });

    test('searches of several corpora may be recorded together, and each is its corpus’ own', async () => {
      const [left, right] = [await fresh(), await fresh()];
      await harness.store.queryLog.record([queryRecordOf(left, 'q'), queryRecordOf(right, 'q')]);
      expect(await harness.store.queryLog.recent(left.corpusId, 10)).toEqual([queryRecordOf(left, 'q')]);
      expect(await harness.store.queryLog.get(right.corpusId, 'q')).toEqual(queryRecordOf(right, 'q'));
    });

    test('those of before a time are forgotten, of that corpus alone', async () => {
      const [corpus, other] = [await fresh(), await fresh()];
      const { queryLog } = harness.store;
      const times = ['2026-01-01T00:00:00.000Z', '2026-01-01T23:59:59.999Z', '2026-01-02T00:00:00.000Z'];
      for (const each of [corpus, other]) {
        await queryLog.record(times.map((at, index) => queryRecordOf(each, `q-${index}`, { at })));
      }
      await queryLog.forget(corpus.corpusId, '2026-01-02T00:00:00Z');
      expect(await idsOf(corpus.corpusId)).toEqual(['q-2']);
      expect(await queryLog.get(corpus.corpusId, 'q-1')).toBeNull();
      expect(await idsOf(other.corpusId)).toEqual(['q-2', 'q-1', 'q-0']);
    });

    test('more than one step of them is forgotten whole', async () => {
      const corpus = await fresh();
      const records = Array.from({ length: 1_200 }, (_, at) => queryRecordOf(corpus, `q-${at}`));
      await harness.store.queryLog.record(records);
      expect(await idsOf(corpus.corpusId, 10_000)).toHaveLength(1_200);
      await harness.store.queryLog.forget(corpus.corpusId, '2026-01-01T00:00:00.001Z');
      expect(await idsOf(corpus.corpusId)).toEqual([]);
    });

    test('what a later version keeps in a search is given back', async () => {
      const corpus = await fresh();
      const later = { ...queryRecordOf(corpus, 'q'), user: { anonymous: true } };
      await harness.store.queryLog.record([later]);
      expect(await harness.store.queryLog.recent(corpus.corpusId, 1)).toEqual([later]);
      expect(await harness.store.queryLog.get(corpus.corpusId, 'q')).toEqual(later);
    });

    test('those of a corpus that is gone or going are not kept, and others beside them are', async () => {
      const [going, kept] = [await fresh(), await fresh()];
      const { queryLog, corpora } = harness.store;
      await corpora.update(going, (current) => ({ ...current, deletingSince: current.createdAt }));
      await queryLog.record([queryRecordOf(going, 'q-1'), queryRecordOf(kept, 'q-1')]);
      expect(await idsOf(going.corpusId)).toEqual([]);
      await corpora.delete(going.name);
      await queryLog.record([queryRecordOf(going, 'q-2'), queryRecordOf(kept, 'q-2')]);
      expect(await idsOf(going.corpusId)).toEqual([]);
      expect(await queryLog.get(going.corpusId, 'q-2')).toBeNull();
      expect(await idsOf(kept.corpusId)).toEqual(['q-2', 'q-1']);
    });

    test('they go with their corpus, and not with another', async () => {
      const [gone, kept] = [await fresh(), await fresh()];
      const { queryLog, corpora } = harness.store;
      await queryLog.record([queryRecordOf(gone, 'q'), queryRecordOf(kept, 'q')]);
      await corpora.delete(gone.name);
      expect(await queryLog.recent(gone.corpusId, 10)).toEqual([]);
      expect(await queryLog.get(gone.corpusId, 'q')).toBeNull();
      expect(await idsOf(kept.corpusId)).toEqual(['q']);
    });
  });
}
