import { type Corpus, type CorpusId, corpusVersion, liveRef, type SourceId } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { corpusOf } from '../builders.ts';
import { expectFailure, type StoreSuiteOptions, testRun, useStore } from './harness.ts';

export function describeCorporaUpdate(options: StoreSuiteOptions): void {
  describe('changes of corpora', () => {
    const harness = useStore(options);
    const fresh = async () => harness.recordOf(await harness.corpus());

    test('a change gives the corpus as it then is', async () => {
      const corpus = await fresh();
      const changed: Corpus = {
        ...corpus,
        language: 'zh',
        buildingGeneration: 2,
        activeRuns: { 1: testRun },
      };
      expect(await harness.store.corpora.update(corpus, () => changed)).toEqual(changed);
      expect(await harness.store.corpora.get(corpus.name)).toEqual(changed);
      expect(await harness.store.corpora.list()).toContainEqual(changed);
    });

    test('a change that returns null leaves the corpus as it is', async () => {
      const corpus = await fresh();
      expect(await harness.store.corpora.update(corpus, () => null)).toEqual(corpus);
      expect(await harness.store.corpora.get(corpus.name)).toEqual(corpus);
    });

    test('no change is lost among writers at the same time', async () => {
      const corpus = await fresh();
      const add = (sourceId: string) => (current: Corpus) => ({
        ...current,
        sources: [
          ...current.sources,
          ...current.sources.slice(0, 1).map((source) => ({ ...source, sourceId: sourceId as SourceId })),
        ],
      });
      const names = Array.from({ length: 8 }, (_, index) => `source-${index}`);
      await Promise.all(names.map((name) => harness.store.corpora.update(corpus, add(name))));
      const kept = await harness.store.corpora.get(corpus.name);
      expect(kept?.sources.map(({ sourceId }) => sourceId).sort()).toEqual(['main', ...names]);
    });

    test('an error in a change reaches the caller and changes nothing', async () => {
      const corpus = await fresh();
      const refuse = () => {
        throw new Error('refused');
      };
      await expect(harness.store.corpora.update(corpus, refuse)).rejects.toThrow('refused');
      expect(await harness.store.corpora.get(corpus.name)).toEqual(corpus);
    });

    test('a corpus that is gone, or another of its name, is not found and not changed', async () => {
      const corpus = await fresh();
      const other = { ...corpus, corpusId: 'another0id00' as CorpusId };
      const change = (current: Corpus): Corpus => ({ ...current, language: 'en' });
      await expectFailure(harness.store.corpora.update(other, change), 'not_found');
      expect(await harness.store.corpora.get(corpus.name)).toEqual(corpus);
      await expectFailure(harness.store.corpora.update(corpusOf('suite-absent'), change), 'not_found');
      await harness.store.corpora.delete(corpus.name);
      await expectFailure(harness.store.corpora.update(corpus, change), 'not_found');
      expect(await harness.store.corpora.get(corpus.name)).toBeNull();
    });

    test('what a later version keeps in a corpus is still there after it was changed', async () => {
      const later = { version: corpusVersion + 1, access: { readers: ['all'], since: 3 } };
      const corpus: Corpus = { ...corpusOf('suite-later'), ...later };
      await harness.store.corpora.create(corpus);
      await harness.store.corpora.update(corpus, (current) => ({ ...current, language: 'en' }));
      const expected = { ...corpus, language: 'en' };
      expect(await harness.store.corpora.get(corpus.name)).toEqual(expected);
      expect(await harness.store.corpora.list()).toEqual([expected]);
      await harness.store.corpora.delete(corpus.name);
    });

    test('a delete that was begun is made an end of by the next', async () => {
      const corpus = await fresh();
      const deletingSince = '2026-02-03T04:05:06.000Z';
      await harness.store.corpora.update(corpus, (current) => ({ ...current, deletingSince }));
      expect(await harness.store.corpora.get(corpus.name)).toMatchObject({ deletingSince });
      await harness.store.corpora.delete(corpus.name);
      expect(await harness.store.corpora.get(corpus.name)).toBeNull();
      await expectFailure(harness.store.manifest.tally(liveRef(corpus)), 'not_found');
    });
  });
}
