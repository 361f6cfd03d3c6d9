import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bothStores, openTestCorpus, type TestCorpus } from '../test-corpus.ts';
import { clusterDocuments } from './cluster-documents.ts';
import { clusterRequestSchema } from './cluster-request.ts';
import { makeTopics } from './make-topics.ts';

const { signal } = new AbortController();
describe.each(bothStores)('clusterDocuments in the %s store', (store) => {
  let corpus: TestCorpus;

  beforeAll(async () => {
    const about = (subject: string, words: string) =>
      Array.from({ length: 6 }, (_, at) => ({
        id: `${subject}-${at}`,
        chunks: [`${words} number ${at}`, `more of ${words}`],
      }));
    corpus = await openTestCorpus(
      [
        ...about('pets', 'cats and kittens purr'),
        ...about('money', 'invoices and payment reminders'),
        { id: 'empty', chunks: [] },
      ],
      {},
      store,
    );
  });
  afterAll(() => corpus.close());

  const clusters = (k: number | null) =>
    clusterDocuments(corpus.ports.store, corpus.corpus, clusterRequestSchema.parse({ k }), {
      topicsFor: async (task) => makeTopics(task),
      signal,
    });

  it('puts every document with a vector into one topic, each named by its own words', async () => {
    const { clusters: found, assignments, sampled, silhouette } = await clusters(null);
    expect(found.map(({ size }) => size)).toEqual([6, 6]);
    expect(sampled).toBe(12);
    expect(silhouette).toBeGreaterThan(0.3);
    expect(Object.keys(assignments)).toHaveLength(12);
    for (const [place, { label, documents }] of found.entries()) {
      const [subject] = documents[0]?.split('-') ?? [];
      expect(documents.every((id) => id.startsWith(`${subject}-`) && assignments[id] === place)).toBe(true);
      expect(label).toMatch(subject === 'pets' ? /cats|kittens|purr/ : /invoices|payment|reminders/);
    }
  });

  it('makes as many topics as asked for, and says where there are too few documents', async () => {
    expect((await clusters(4)).clusters).toHaveLength(4);
    await expect(clusters(13)).rejects.toMatchObject({ code: 'failed_precondition' });
  });
});
