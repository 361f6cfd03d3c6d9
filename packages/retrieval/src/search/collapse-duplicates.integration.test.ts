import { describe, expect, it } from 'vitest';
import { bothStores, openTestCorpus, rerankerOf } from '../test-corpus.ts';
import { search } from './search.ts';
import { type SearchRequestInput, searchRequestSchema } from './search-request.ts';

const same = 'To roll back a release, open the console and choose the version before.';
const documents = [
  ...['a.md', 'b.md', 'c.md'].map((id) => ({ id, chunks: [same] })),
  { id: 'other.md', chunks: ['A release is rolled back by its owner, who is told so.'] },
];

describe.each(bothStores)('passages that say the same, in the %s store', (kind) => {
  it('are one hit and one candidate of the reranker, and their places go to the next', async () => {
    const opened = await openTestCorpus(documents, {}, kind);
    try {
      const reranked: string[] = [];
      const reranker = rerankerOf('relative', (text) => reranked.push(text), 2);
      const run = (request: Omit<SearchRequestInput, 'query'>) =>
        search(
          { ...opened.ports, rerankerOf: async () => reranker },
          opened.corpus,
          searchRequestSchema.parse({ query: 'roll back a release in the console', k: 2, ...request }),
          new AbortController().signal,
        );
      const { hits } = await run({});
      expect(reranked).toHaveLength(2);
      expect(reranked.filter((text) => text === same)).toHaveLength(1);
      expect(hits.map(({ text }) => text)).toContain(documents[3]?.chunks[0]);
      expect(hits.find(({ text }) => text === same)?.duplicates).toHaveLength(2);
      const shown = await run({ duplicates: 'show', rerank: 'none' });
      expect(shown.hits.map(({ text }) => text)).toEqual([same, same]);
    } finally {
      await opened.close();
    }
  });
});
