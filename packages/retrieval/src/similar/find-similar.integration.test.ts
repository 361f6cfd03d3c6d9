import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bothStores, openTestCorpus, type TestCorpus, type TestDocument } from '../test-corpus.ts';
import { findSimilar } from './find-similar.ts';
import { similarRequestSchema } from './similar-request.ts';

const { signal } = new AbortController();
const documents: readonly TestDocument[] = [
  { id: 'cats', title: 'Cats', chunks: ['cats purr and sleep', 'cats hunt mice at night'] },
  { id: 'kittens', chunks: ['kittens are young cats that purr and sleep'], metadata: { year: 2024 } },
  { id: 'dogs', chunks: ['dogs bark and fetch sticks'], metadata: { year: 2023 } },
  { id: 'pets', chunks: ['cats purr, dogs bark and fetch sticks'], metadata: { year: 2024 } },
  { id: 'tax', chunks: ['tax returns are due in May'], metadata: { year: 2024 } },
  { id: 'empty', chunks: [] },
];

describe.each(bothStores)('findSimilar in the %s store', (store) => {
  let corpus: TestCorpus;
  beforeAll(async () => {
    corpus = await openTestCorpus(documents, {}, store);
  });
  afterAll(() => corpus.close());

  async function similarTo(like: readonly string[], more: object = {}): Promise<readonly string[]> {
    const request = similarRequestSchema.parse({ like, ...more });
    const { hits } = await findSimilar(corpus.ports.store, corpus.corpus, request, signal);
    return hits.map(({ documentId }) => documentId);
  }

  it('puts the likest first, and never an example', async () => {
    const found = await similarTo(['cats']);
    expect(found[0]).toBe('kittens');
    expect(found).not.toContain('cats');
    expect(found.at(-1)).toBe('tax');
  });

  it('goes by several likes at a time, and away from dislikes', async () => {
    expect((await similarTo(['cats', 'dogs']))[0]).toBe('pets');
    const away = await similarTo(['pets'], { unlike: ['dogs'] });
    expect(away.indexOf('kittens')).toBeLessThan(away.indexOf('tax'));
    expect(away).not.toContain('dogs');
  });

  it('keeps to the filter and to the number asked for', async () => {
    const filter = { op: 'eq', field: 'year', value: 2024 };
    expect(await similarTo(['dogs'], { filter })).not.toContain('cats');
    expect(await similarTo(['cats'], { k: 2 })).toHaveLength(2);
  });

  it('names the example that cannot be found', async () => {
    await expect(similarTo(['cats', 'birds'])).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('"birds"'),
    });
    await expect(similarTo(['empty'])).rejects.toMatchObject({ code: 'not_found' });
  });
});
