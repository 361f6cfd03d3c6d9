import { describe, expect, it } from 'vitest';
import { embeddingVectors } from './embedding-vectors.ts';

const base64Of = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer).toString('base64');
const response = (...embeddings: unknown[]) => ({
  data: embeddings.map((embedding, index) => ({ index, embedding })),
  usage: { prompt_tokens: 9 },
});

describe('embeddingVectors', () => {
  it('reads numbers and base64, and makes vectors of length 1', () => {
    const { vectors, tokens } = embeddingVectors(response([3, 4], base64Of(0, 2)), 2, 2);
    expect(vectors.map((vector) => [...vector])).toEqual([
      [expect.closeTo(0.6, 6), expect.closeTo(0.8, 6)],
      [0, 1],
    ]);
    expect(tokens).toBe(9);
  });

  it('puts vectors where their index says', () => {
    const data = [
      { index: 1, embedding: [0, 1] },
      { index: 0, embedding: [1, 0] },
    ];
    const { vectors, tokens } = embeddingVectors({ data }, 2, 2);
    expect(vectors.map((vector) => [...vector])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(tokens).toBe(0);
  });

  it.each([
    ['fewer vectors than texts', response([1, 0])],
    ['more vectors than texts', response([1, 0], [1, 0], [1, 0])],
    ['an index twice', { data: [0, 0].map((index) => ({ index, embedding: [1, 0] })) }],
    ['an index too high', { data: [0, 2].map((index) => ({ index, embedding: [1, 0] })) }],
    ['a vector of zeros', response([1, 0], [0, 0])],
    ['NaN in base64', response([1, 0], base64Of(Number.NaN, 1))],
    ['infinity in base64', response([1, 0], base64Of(Number.POSITIVE_INFINITY, 1))],
    ['base64 that is cut off', response([1, 0], base64Of(1, 0).slice(0, 8))],
    ['null for a number', response([1, 0], [null, 1])],
    ['another form', { embeddings: [] }],
    ['no object', 'busy'],
  ])('refuses %s as an answer to be asked for again', (_, answer) => {
    expect(() => embeddingVectors(answer, 2, 2)).toThrowError(
      expect.objectContaining({ code: 'unavailable' }),
    );
  });

  it('refuses vectors of other dimensions for good', () => {
    expect(() => embeddingVectors(response([1, 0, 0]), 1, 2)).toThrowError(
      expect.objectContaining({
        code: 'failed_precondition',
        message: 'the endpoint gives vectors of 3 dimensions where 2 are expected',
      }),
    );
  });
});
