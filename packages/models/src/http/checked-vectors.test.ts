import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkedVectors } from './checked-vectors.ts';

const expected = { what: 'embeddings', count: 2, dimensions: 2 };
const rows = (...embeddings: (string | number[])[]) => embeddings.map((embedding) => ({ embedding }));
const base64Of = (...values: number[]) => Buffer.from(Float32Array.from(values).buffer).toString('base64');

describe('checkedVectors', () => {
  it('reads numbers and base64, and makes vectors of length 1', () => {
    const vectors = checkedVectors(rows([3, 4], base64Of(0, 2)), expected);
    expect(vectors.map((vector) => [...vector])).toEqual([
      [expect.closeTo(0.6, 6), expect.closeTo(0.8, 6)],
      [0, 1],
    ]);
  });

  it('puts vectors where their index says', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (places) => {
        const incoming = places.map((index) => ({ index, embedding: [index, 1] }));
        const vectors = checkedVectors(incoming, { ...expected, count: 4 });
        const slopes = vectors.map(([x = 0, y = 0]) => Math.round(x / y));
        expect(slopes).toEqual([0, 1, 2, 3]);
      }),
    );
  });

  const swapped = Buffer.from(base64Of(...Array.from({ length: 64 }, (_, i) => Math.sin(i + 1))), 'base64');

  it.each([
    ['fewer vectors than texts', rows([1, 0])],
    ['more vectors than texts', rows([1, 0], [1, 0], [1, 0])],
    ['an index twice', [0, 0].map((index) => ({ index, embedding: [1, 0] }))],
    ['an index too high', [0, 2].map((index) => ({ index, embedding: [1, 0] }))],
    ['a vector of zeros', rows([1, 0], [0, 0])],
    ['NaN', rows([1, 0], base64Of(Number.NaN, 1))],
    ['infinity', rows([1, 0], base64Of(Number.POSITIVE_INFINITY, 1))],
    ['base64 that is cut off', rows([1, 0], base64Of(1, 0).slice(0, 8))],
  ])('takes %s for a broken answer', (_, incoming) => {
    expect(() => checkedVectors(incoming, expected)).toThrow(
      expect.objectContaining({ code: 'unavailable' }),
    );
  });

  it('takes floats in another byte order for a broken answer', () => {
    const incoming = rows(swapped.swap32().toString('base64'));
    expect(() => checkedVectors(incoming, { ...expected, count: 1, dimensions: 64 })).toThrow(
      expect.objectContaining({ code: 'unavailable' }),
    );
  });

  it('refuses vectors of other dimensions for good, or of different ones where any will do', () => {
    expect(() => checkedVectors(rows([1, 0], [1, 0, 0]), expected)).toThrow(
      expect.objectContaining({
        code: 'failed_precondition',
        message: 'embeddings: the endpoint gives vectors of 3 dimensions where 2 are expected',
      }),
    );
    expect(() => checkedVectors(rows([1, 0], [1, 0, 0]), { ...expected, dimensions: null })).toThrow(
      expect.objectContaining({ code: 'failed_precondition' }),
    );
  });
});
