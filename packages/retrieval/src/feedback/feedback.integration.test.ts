import type { Store } from '@winnow/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { search } from '../search/search.ts';
import { type SearchRequestInput, searchRequestSchema } from '../search/search-request.ts';
import { bothStores, openTestCorpus, type TestCorpus } from '../test-corpus.ts';

const documents = [
  {
    id: 'first.md',
    chunks: ['A turbine blade cracks by fatigue of nickel alloys under creep and oxidation.'],
  },
  { id: 'second.md', chunks: ['Turbine blade inspection: fatigue, creep and oxidation of nickel alloys.'] },
  // Says nothing in the words of the question, and all in those of what it finds.
  { id: 'bridge.md', chunks: ['Creep and oxidation of nickel alloys.'], metadata: { shown: false } },
  ...Array.from({ length: 6 }, (_unused, at) => ({
    id: `noise-${at}.md`,
    chunks: [`Invoice ${at} is paid within thirty days of delivery number ${at}.`],
  })),
];

describe.each(bothStores)('feedback on %s', (kind: Store['kind']) => {
  let opened: TestCorpus;
  beforeAll(async () => {
    opened = await openTestCorpus(documents, {}, kind);
  });
  afterAll(() => opened.close());

  const run = (request: Omit<SearchRequestInput, 'query'>) =>
    search(
      opened.ports,
      opened.corpus,
      searchRequestSchema.parse({ query: 'turbine blade', rerank: 'none', candidates: 4, k: 3, ...request }),
      new AbortController().signal,
    );
  const idsOf = ({ hits }: Awaited<ReturnType<typeof run>>) => hits.map(({ documentId }) => documentId);

  it('ranks what is said in the words of the first passages, and in none of the question', async () => {
    expect(idsOf(await run({ mode: 'bm25' }))).not.toContain('bridge.md');
    const { hits } = await run({ feedback: true });
    expect(hits.map(({ documentId }) => documentId)).toContain('bridge.md');
    expect(hits.find(({ documentId }) => documentId === 'bridge.md')?.stages.bm25).toBeNull();
  });

  it('keeps to the filter when it searches again', async () => {
    const filter = { op: 'not', filter: { op: 'eq', field: 'shown', value: false } } as const;
    expect(idsOf(await run({ feedback: true, filter }))).not.toContain('bridge.md');
  });

  it('leaves a search of one leg, or one that finds nothing, as it is', async () => {
    for (const mode of ['bm25', 'dense'] as const) {
      expect((await run({ mode, feedback: true })).hits).toEqual((await run({ mode })).hits);
    }
    const none = { op: 'eq', field: 'shown', value: 'never' } as const;
    expect((await run({ feedback: true, filter: none })).hits).toEqual([]);
  });
});
