import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateOf } from '../test-candidates.ts';
import { placeReranked } from './place-reranked.ts';

const ids = (candidates: readonly { chunk: { chunkId: string } }[]) =>
  candidates.map(({ chunk }) => chunk.chunkId).join('');

describe('placeReranked', () => {
  const fused = [candidateOf('a', 3), candidateOf('b', 2), candidateOf('c', 1), candidateOf('d', 0)];

  it('orders by a probability and keeps the rest in their order below', () => {
    const placed = placeReranked(fused, [0.1, 0.2, 0.9], 'probability');
    expect(ids(placed)).toBe('cbad');
    expect(placed.map(({ score }) => score)).toEqual([0.9, 0.2, 0.1, 0]);
    expect(placed.map(({ stages }) => stages.rerank)).toEqual([
      { rank: 1, score: 0.9 },
      { rank: 2, score: 0.2 },
      { rank: 3, score: 0.1 },
      null,
    ]);
  });

  it('adds relative scores to the fused ones: a small lead in the rerank does not undo a large one before it', () => {
    const apart = [candidateOf('a', 9), candidateOf('b', 2), candidateOf('c', 1)];
    expect(ids(placeReranked(apart, [0.5, 0.52, 0.4], 'relative'))).toBe('abc');
    expect(ids(placeReranked(apart, [0.5, 0.52, 0.4], 'probability'))).toBe('bac');
  });

  it('keeps the raw score of the reranker in the trace', () => {
    const placed = placeReranked(fused, [0.5, 0.7], 'relative');
    expect(placed.map(({ stages }) => stages.rerank?.score ?? null)).toEqual([0.5, 0.7, null, null]);
  });

  it('never loses or repeats a candidate', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
        fc.constantFrom('probability' as const, 'relative' as const),
        (scores, scale) => {
          expect([...ids(placeReranked(fused, scores, scale))].sort().join('')).toBe('abcd');
        },
      ),
    );
  });
});
