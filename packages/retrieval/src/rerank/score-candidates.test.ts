import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateOf } from '../test-candidates.ts';
import { placedBy } from './score-candidates.ts';

const ids = (candidates: readonly { chunk: { chunkId: string } }[]) =>
  candidates.map(({ chunk }) => chunk.chunkId).join('');

type Candidates = readonly ReturnType<typeof candidateOf>[];
const place = (some: Candidates, scores: readonly number[], scale: 'probability' | 'relative') =>
  placedBy(
    some.map((candidate, index) => ({ candidate, score: scores[index] ?? 0 })),
    scale,
  );

describe('placedBy', () => {
  const fused = [candidateOf('a', 3), candidateOf('b', 2), candidateOf('c', 1)];

  it('orders by a probability', () => {
    const placed = place(fused, [0.1, 0.2, 0.9], 'probability');
    expect(ids(placed)).toBe('cba');
    expect(placed.map(({ score }) => score)).toEqual([0.9, 0.2, 0.1]);
    expect(placed.map(({ stages }) => stages.rerank)).toEqual([
      { rank: 1, score: 0.9 },
      { rank: 2, score: 0.2 },
      { rank: 3, score: 0.1 },
    ]);
  });

  it('adds relative scores to the fused ones: a small lead in the rerank does not undo a large one before it', () => {
    const apart = [candidateOf('a', 9), candidateOf('b', 2), candidateOf('c', 1)];
    expect(ids(place(apart, [0.5, 0.52, 0.4], 'relative'))).toBe('abc');
    expect(ids(place(apart, [0.5, 0.52, 0.4], 'probability'))).toBe('bac');
  });

  it('keeps the raw score of the reranker in the trace', () => {
    const placed = place(fused.slice(0, 2), [0.5, 0.7], 'relative');
    expect(placed.map(({ stages }) => stages.rerank?.score)).toEqual([0.5, 0.7]);
  });

  it('never loses or repeats a candidate', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
        fc.constantFrom('probability' as const, 'relative' as const),
        (scores, scale) => {
          expect([...ids(place(fused, scores, scale))].sort().join('')).toBe('abc');
        },
      ),
    );
  });
});
