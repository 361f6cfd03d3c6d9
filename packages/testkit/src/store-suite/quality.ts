import { describe, expect, test } from 'vitest';
import { runIdOf } from '../builders.ts';
import { qualityResultOf } from '../kept-builders.ts';
import { expectFailure, type StoreSuiteOptions, useStore } from './harness.ts';

export function describeQuality(options: StoreSuiteOptions): void {
  describe('results of golden queries', () => {
    const harness = useStore(options);
    const fresh = async () => harness.recordOf(await harness.corpus());

    test('a result is read back as it was given', async () => {
      const corpus = await fresh();
      const result = qualityResultOf(corpus, { runId: runIdOf('run-1'), generation: 2 });
      await harness.store.quality.add(result);
      expect(await harness.store.quality.list(corpus.corpusId, 10)).toEqual([result]);
      expect(await harness.store.quality.list((await fresh()).corpusId, 10)).toEqual([]);
    });

    test('the newest come first, up to the limit', async () => {
      const corpus = await fresh();
      for (const generation of [2, 4, 1, 3]) {
        const at = `2026-01-0${generation}T00:00:00.000Z`;
        await harness.store.quality.add(qualityResultOf(corpus, { generation, at }));
      }
      const generations = async (limit: number) =>
        (await harness.store.quality.list(corpus.corpusId, limit)).map(({ generation }) => generation);
      expect(await generations(10)).toEqual([4, 3, 2, 1]);
      expect(await generations(2)).toEqual([4, 3]);
    });

    test('results of one moment are all kept, and the same one once', async () => {
      const corpus = await fresh();
      const { quality } = harness.store;
      for (const generation of [1, 2, 1]) await quality.add(qualityResultOf(corpus, { generation }));
      const kept = await quality.list(corpus.corpusId, 10);
      expect(kept.map(({ generation }) => generation).sort()).toEqual([1, 2]);
    });

    test('what a later version keeps in a result is given back', async () => {
      const corpus = await fresh();
      const later = { ...qualityResultOf(corpus), seconds: 3.5 };
      await harness.store.quality.add(later);
      expect(await harness.store.quality.list(corpus.corpusId, 10)).toEqual([later]);
    });

    test('none is kept of a corpus that is gone or going', async () => {
      const corpus = await fresh();
      const { quality, corpora } = harness.store;
      await corpora.update(corpus, (current) => ({ ...current, deletingSince: current.createdAt }));
      await expectFailure(quality.add(qualityResultOf(corpus)), 'not_found');
      await corpora.delete(corpus.name);
      await expectFailure(quality.add(qualityResultOf(corpus)), 'not_found');
      expect(await quality.list(corpus.corpusId, 10)).toEqual([]);
    });

    test('they go with their corpus, and not with another', async () => {
      const [gone, kept] = [await fresh(), await fresh()];
      const { quality, corpora } = harness.store;
      for (const corpus of [gone, kept]) await quality.add(qualityResultOf(corpus));
      await corpora.delete(gone.name);
      expect(await quality.list(gone.corpusId, 10)).toEqual([]);
      expect(await quality.list(kept.corpusId, 10)).toEqual([qualityResultOf(kept)]);
    });
  });
}
