import { AppError, type Corpus, emptyTally, type GenerationRef, type Tally } from '@winnow/core';
import { corpusOf, generationOf } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { listGenerations } from './generation-list.ts';

const corpus = corpusOf('pages');
const building: Corpus = {
  ...corpus,
  generations: [...corpus.generations, generationOf(corpus.name, corpus.corpusId, 2)],
  buildingGeneration: 2,
};

function storeWhere(tally: (ref: GenerationRef) => Promise<Tally>) {
  return { manifest: { tally } as never };
}

describe('listGenerations', () => {
  it('has a generation that is named and has no place yet, without documents', async () => {
    const store = storeWhere(async ({ generation }) => {
      if (generation === 2) throw new AppError('not_found', 'no such index');
      return { ...emptyTally, searchable: 7, chunks: 9 };
    });
    expect(await listGenerations(store, building)).toMatchObject({
      live: 1,
      generations: [
        { generation: 1, state: 'live', documents: 7, chunks: 9 },
        { generation: 2, state: 'building', documents: 0, chunks: 0 },
      ],
    });
  });

  it('does not take a store that is away for an empty generation', async () => {
    const store = storeWhere(() => Promise.reject(new AppError('unavailable', 'no answer')));
    await expect(listGenerations(store, building)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
