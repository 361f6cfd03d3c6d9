import { describe, expect, it } from 'vitest';
import { embeddingVectors } from './embedding-vectors.ts';

const answer = (...embeddings: unknown[]) => ({
  data: embeddings.map((embedding, index) => ({ index, embedding })),
  usage: { prompt_tokens: 9 },
});

describe('embeddingVectors', () => {
  it('reads vectors and what was billed', () => {
    const { vectors, tokens } = embeddingVectors(answer([0, 2], [1, 0]), 2, 2);
    expect(vectors.map((vector) => [...vector])).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(tokens).toBe(9);
  });

  it.each([
    [{ total_tokens: 4 }, 4],
    [{ prompt_tokens: 'many' }, 0],
    [null, 0],
    [undefined, 0],
  ])('takes %j for a usage of %i', (usage, tokens) => {
    expect(embeddingVectors({ ...answer([0, 2]), usage }, 1, 2).tokens).toBe(tokens);
  });

  it.each([
    ['fewer vectors than texts', answer([1, 0])],
    ['null for a number', answer([1, 0], [null, 1])],
    ['another form', { embeddings: [] }],
    ['no object', 'busy'],
  ])('takes %s for a broken answer', (_, response) => {
    expect(() => embeddingVectors(response, 2, 2)).toThrowError(
      expect.objectContaining({ code: 'unavailable' }),
    );
  });
});
