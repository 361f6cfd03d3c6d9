import { corpusOf, elasticsearchUrl, uniquePrefix } from '@winnow/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openTestStore } from './test-support.ts';

describe('a corpus in Elasticsearch', () => {
  test('has an alias for the chunks of its live generation, until it is deleted', async () => {
    const prefix = uniquePrefix();
    const { store, dispose } = await openTestStore(elasticsearchUrl(), prefix);
    onTestFinished(dispose);
    const corpus = corpusOf('guide');
    const aliased = async (): Promise<string[]> => {
      const answer = await fetch(`${elasticsearchUrl()}/_alias/${prefix}.${corpus.name}.live`);
      return answer.ok ? Object.keys((await answer.json()) as object) : [];
    };
    await store.corpora.create(corpus);
    expect(await aliased()).toEqual([`${prefix}.guide.g1.chunks`]);
    await store.corpora.delete(corpus.name);
    expect(await aliased()).toEqual([]);
  });
});
